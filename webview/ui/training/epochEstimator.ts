import { isCancelled, PlaygroundError } from '../../../src/core/errors';
import { imageCounts } from '../../../src/core/model/datasetFacts';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import type { RunPlan } from '../../../src/core/training/runPlan';
import type { Lane, LaneBackend } from './lane';
import { divideLanes, shardImages } from './laneDivision';
import { remainingTimeMs } from './remainingTime';

/** Durations of one model, measured on a lane, or on the lanes that will share it. */
export interface StepTimes {
  stepMs: number;
  evaluationMsPerImage: number;
}

export interface Measurement {
  backend: LaneBackend;
  workers: number;
  /** One entry an arm of the plan, in order. */
  arms: readonly StepTimes[];
}

export interface Prediction {
  /** Time of one epoch of every arm of one seed. */
  epochMs: number;
  /** Time of the whole plan, start-up excluded. */
  runMs: number;
}

/** Predicts durations from measured steps: batches x step time plus validation images x evaluation time. */
export function predict(plan: RunPlan, measured: Measurement): Prediction {
  const paceMs = new Map(
    plan.arms.map((arm, index) => {
      const { training } = arm.spec;
      const images = imageCounts(training);
      const times = measured.arms[index] ?? { stepMs: NaN, evaluationMsPerImage: NaN };
      const trainingMs = Math.ceil(images.train / training.batch) * times.stepMs;
      return [arm.id, trainingMs + images.validation * times.evaluationMsPerImage];
    }),
  );
  const sideBySide = measured.workers > 1;
  const total = (epochs: number, seeds: readonly number[]) =>
    remainingTimeMs(
      seeds.flatMap((seed) => plan.arms.map(({ id }) => ({ arm: id, seed, epochsLeft: epochs }))),
      paceMs,
      sideBySide,
    );
  return { epochMs: total(1, plan.seeds.slice(0, 1)), runMs: total(plan.epochs, plan.seeds) };
}

/** What makes two measurements the same: the models, the images of a step, the backend and the workers; not epochs, seeds or names. */
export function measurementKey(plan: RunPlan): string {
  const models = plan.arms.map(({ spec }) => [spec.input, spec.backbone, spec.classes, spec.se]);
  const training = plan.arms[0]?.spec.training;
  const images = training && shardImages(training, 1);
  // Fewer workers get the full set.
  return JSON.stringify([models, images, plan.backend, plan.dataset === 'full']);
}

/** The lanes of a group wait for the slowest in every step, and share the evaluation. */
async function measureGroup(
  lanes: readonly Lane[],
  spec: ModelSpec,
  batch: number,
  signal: AbortSignal,
): Promise<StepTimes> {
  const times = await Promise.all(
    lanes.map(({ channel }) => channel.request('estimate', { spec, batch }, { signal })),
  );
  return {
    stepMs: Math.max(...times.map(({ stepMs }) => stepMs)),
    evaluationMsPerImage:
      Math.max(...times.map(({ evaluationMsPerImage }) => evaluationMsPerImage)) / lanes.length,
  };
}

/** Measures models before a run, and remembers what it measured. */
export class EpochEstimator {
  private readonly known = new Map<string, Measurement>();
  private current: AbortController | undefined;

  /** @param discardLanes called when lanes failed: what failed once, a lost GPU or a dead worker, would fail again */
  constructor(
    private readonly acquireLanes: (plan: RunPlan) => Promise<Lane[]>,
    private readonly discardLanes: () => void,
  ) {}

  knownFor(plan: RunPlan): Measurement | undefined {
    return this.known.get(measurementKey(plan));
  }

  /**
   * Measures both arms as they will train: at the same time where there are two lanes, so that they slow each other down here too; and on a shard of
   * the batch where several lanes will share an arm. What those spend on exchanging gradients is left out.
   * @throws PlaygroundError `cancelled` if `cancel` or another `measure` came first; else why the backend or the model failed
   */
  async measure(plan: RunPlan): Promise<Measurement> {
    this.cancel();
    const current = new AbortController();
    this.current = current;
    const lanes = await this.acquireLanes(plan);
    const [first] = lanes;
    const [arm] = plan.arms;
    if (current.signal.aborted || !first || !arm)
      throw new PlaygroundError('cancelled', 'Measuring was cancelled.');
    const groups = divideLanes(lanes, plan.arms.length, arm.spec.training);
    const measuring = plan.arms.map(({ spec }, index) => {
      const group = groups[index % groups.length] ?? [first];
      return measureGroup(group, spec, shardImages(arm.spec.training, group.length), current.signal);
    });
    let arms: StepTimes[];
    try {
      arms = await Promise.all(measuring);
    } catch (problem) {
      if (!EpochEstimator.gaveUp(problem)) this.discardLanes();
      throw problem;
    }
    const measured = { backend: first.backend, workers: lanes.length, arms };
    this.known.set(measurementKey(plan), measured);
    return measured;
  }

  cancel(): void {
    this.current?.abort();
    this.current = undefined;
  }

  /** True for the rejection of a measurement that nobody wants any more. */
  static gaveUp(thrown: unknown): boolean {
    return isCancelled(thrown) || (thrown instanceof PlaygroundError && thrown.code === 'protocol/disposed');
  }
}
