import * as v from 'valibot';
import type { Dataset } from '../../../src/core/data/labelledImages';
import { createSynthetic } from '../../../src/core/data/synthetic';
import { modelSpecSchema, withoutSe } from '../../../src/core/model/modelSpec';
import type { EventData, EventName } from '../../../src/protocol/contract';
import type { JobOrder, WorkerContract } from '../../../src/protocol/uiWorkerContract';
import { JobControl } from '../../../webview/engine/trainer/jobControl';
import { Trainer } from '../../../webview/engine/trainer/trainer';
import type { WorkerEmit } from '../../../webview/engine/trainer/workerEmit';

export type WorkerEvent = {
  [K in EventName<WorkerContract>]: { name: K; data: EventData<WorkerContract, K> };
}[EventName<WorkerContract>];

type Recipe = Partial<JobOrder['recipe']>;

/** A job of seconds: 36 images to train on, 12 held out, in 3 steps of 12; SE-ResNet-8 of width 4. */
export function tinyOrder(recipe: Recipe = {}, order: Partial<JobOrder> = {}): JobOrder {
  const training = {
    dataset: 'synthetic',
    subset: 48,
    validationSplit: 0.25,
    batch: 12,
    warmupEpochs: 0,
    learningRate: 0.05,
    ...recipe,
  };
  const spec = v.parse(modelSpecSchema, {
    version: 1,
    name: 'tiny',
    backbone: { depth: 8, width: 4 },
    training,
  });
  return {
    runId: 'test',
    job: { arm: 'b', seed: 1 },
    spec,
    recipe: spec.training,
    epochs: 3,
    fromEpoch: 0,
    ...order,
  };
}

export function withoutSeOrder(order: JobOrder): JobOrder {
  return { ...order, job: { ...order.job, arm: 'a' }, spec: withoutSe(order.spec) };
}

export const tinyData: Dataset = createSynthetic(5, { train: 60, test: 20 });

export interface RanJob {
  completed: boolean;
  events: WorkerEvent[];
}

/** Runs a job to its end; `onEvent` may steer it. Rejects as the trainer does, after freeing its tensors. */
export async function runJob(
  order: JobOrder,
  onEvent: (event: WorkerEvent, control: JobControl) => void = () => {},
): Promise<RanJob> {
  const events: WorkerEvent[] = [];
  const emit: WorkerEmit = (name, data) => {
    const event = { name, data } as WorkerEvent;
    events.push(event);
    onEvent(event, control);
  };
  const control = new JobControl(() => emit('paused', { job: order.job }));
  const trainer = new Trainer(order, tinyData, control, emit);
  try {
    return { completed: await trainer.run(), events };
  } finally {
    trainer.dispose();
  }
}

export function eventsOf<K extends EventName<WorkerContract>>(
  events: readonly WorkerEvent[],
  name: K,
): EventData<WorkerContract, K>[] {
  return events.filter((event) => event.name === name).map((event) => event.data) as EventData<
    WorkerContract,
    K
  >[];
}
