import type { DatasetName } from '../../../src/core/model/modelSpec';
import type { TrainedWith } from '../../../src/core/training/runPlan';
import type { RunStatus } from '../../../src/core/training/runEvents';
import { jobId, type JobKey } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import { percent, plural } from '../format/numbers';

export const STATUS_LABEL: Readonly<Record<RunStatus, string>> = {
  idle: 'Planned',
  starting: 'Starting',
  running: 'Training',
  paused: 'Paused',
  stopping: 'Stopping',
  completed: 'Completed',
  stopped: 'Stopped',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

/** The status in the user's words, for statuses that come as plain text. */
export function statusLabel(status: string): string {
  return Object.hasOwn(STATUS_LABEL, status) ? STATUS_LABEL[status as RunStatus] : status;
}

export const DATASET_LABEL: Readonly<Record<DatasetName, string>> = {
  quick: 'CIFAR-10, quick subset',
  full: 'CIFAR-10, all images',
  synthetic: 'Synthetic (not photographs)',
};

export const BACKEND_LABEL: Readonly<Record<TrainedWith, string>> = {
  wasm: 'WASM',
  webgl: 'WebGL',
  webgpu: 'WebGPU',
  pytorch: 'PyTorch',
};

/** Data set, length and seeds of a run in one line. */
export function planSummary({ plan, backend }: RunState): string {
  const seeds = plan.seeds.length === 1 ? `seed ${plan.seeds[0]}` : `seeds ${plan.seeds.join(', ')}`;
  const parts = [DATASET_LABEL[plan.dataset], plural(plan.epochs, 'epoch'), seeds];
  if (backend) parts.push(`${BACKEND_LABEL[backend.backend]} on ${backend.device}`);
  return parts.join(' · ');
}

/** What there is to hear about the run: changes with statuses and whole epochs, not with steps. */
export function announcement(run: RunState): string {
  const { plan, status } = run;
  switch (status) {
    case 'idle':
      return 'The run is planned.';
    case 'starting':
      return 'Starting the workers…';
    case 'running':
      return epochNews(run) ?? 'Training the first epoch…';
    case 'paused':
      return 'Paused. Resume goes on with the next step.';
    case 'stopping':
      return 'Stopping after this step…';
    case 'completed':
      return `All ${plural(plan.epochs, 'epoch')} trained${plan.seeds.length > 1 ? ` with ${plural(plan.seeds.length, 'seed')}` : ''}.`;
    case 'stopped':
      return 'Stopped. Resume goes on from the last checkpoint.';
    case 'failed':
      return 'Training failed. What was trained before is kept.';
    case 'interrupted':
      return 'Interrupted: the panel was closed while training. Resume goes on from the last checkpoint.';
  }
}

/** The last epoch that every arm of the latest seed has finished. */
function epochNews(run: RunState): string | undefined {
  const { plan } = run;
  for (const seed of [...plan.seeds].reverse()) {
    const series = plan.arms.map(({ id }) => run.jobs[jobId({ arm: id, seed })]?.series ?? []);
    const finished = Math.min(...series.map(({ length }) => length));
    if (finished === 0) continue;
    const values = plan.arms.map(
      ({ label }, index) => `${label} ${percent(series[index]?.[finished - 1]?.validationAccuracy)}`,
    );
    const ofSeed = plan.seeds.length > 1 ? `, seed ${seed}` : '';
    return `Epoch ${finished} of ${plan.epochs}${ofSeed}: ${values.join(', ')} validation accuracy.`;
  }
  return undefined;
}

/** The job an arm is busy with: its first unfinished one. */
export function currentJob(run: RunState, arm: JobKey['arm']): JobKey | undefined {
  return run.plan.seeds
    .map((seed) => ({ arm, seed }))
    .find((key) => run.jobs[jobId(key)]?.finished === false);
}
