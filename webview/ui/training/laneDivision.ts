/** How many workers a run gets, and which of them train which job. */
import { imageCounts } from '../../../src/core/model/datasetFacts';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import type { RunPlan } from '../../../src/core/training/runPlan';
import type { Lane } from './lane';

/** Every worker holds a copy of the network and the images, and every step waits for the slowest: beyond this little is gained. */
const MAX_LANES = 8;
/** A copy of all of CIFAR-10 takes 180 MB. */
const MAX_LANES_WITH_FULL_SET = 4;
/** Each worker's batch norm uses the statistics of its own shard, which are noise when that is a sliver; and fixed costs would weigh more. */
const MIN_SHARD_IMAGES = 16;

type Recipe = ModelSpec['training'];

export interface LaneCounts {
  /** On WebAssembly. */
  cpu: number;
  /** On a GPU, of which there is only one: workers that share a job would only wait for each other there. */
  gpu: number;
}

/**
 * Workers for a plan of which at most `jobs` jobs train at the same time.
 *
 * @param cores logical processors of the machine
 */
export function laneCounts(plan: RunPlan, jobs: number, cores: number): LaneCounts {
  // On one core two workers would only take turns, and need twice the memory.
  const gpu = cores > 1 ? jobs : 1;
  const most = Math.min(cores, plan.dataset === 'full' ? MAX_LANES_WITH_FULL_SET : MAX_LANES);
  const [arm] = plan.arms;
  const cpu = arm && most >= jobs ? jobs * lanesPerJob(most, jobs, arm.spec.training) : most;
  return { cpu, gpu };
}

/**
 * Divides the lanes among the jobs of one seed. With more jobs than lanes each lane is a group of its own, which trains several jobs in turn. With
 * fewer, each job gets a group, all of the same size, so that both arms of a pair see the same shards; lanes may be left over.
 */
export function divideLanes(lanes: readonly Lane[], jobs: number, recipe: Recipe): Lane[][] {
  if (jobs >= lanes.length) return lanes.map((lane) => [lane]);
  const onCpu = lanes.every(({ backend }) => backend.backend === 'wasm');
  const size = onCpu ? lanesPerJob(lanes.length, jobs, recipe) : 1;
  return Array.from({ length: jobs }, (_, job) => lanes.slice(job * size, (job + 1) * size));
}

/** Images of a step that the largest shard has. */
export function shardImages(recipe: Recipe, lanes: number): number {
  return Math.ceil(stepImages(recipe) / lanes);
}

function lanesPerJob(lanes: number, jobs: number, recipe: Recipe): number {
  return Math.max(1, Math.min(Math.floor(lanes / jobs), Math.floor(stepImages(recipe) / MIN_SHARD_IMAGES)));
}

function stepImages(recipe: Recipe): number {
  return Math.min(recipe.batch, imageCounts(recipe).train);
}
