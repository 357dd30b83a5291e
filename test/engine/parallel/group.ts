import type { Dataset } from '../../../src/core/data/labelledImages';
import type { JobOrder } from '../../../src/protocol/uiWorkerContract';
import { JobControl } from '../../../webview/engine/trainer/jobControl';
import { Trainer } from '../../../webview/engine/trainer/trainer';
import type { WorkerEmit } from '../../../webview/engine/trainer/workerEmit';
import { groupPorts } from '../../../webview/ui/training/groupPorts';
import { tinyData, type WorkerEvent } from '../trainer/tinyJob';

export interface GroupRun {
  /** What each worker's trainer came to, by rank. */
  ends: PromiseSettledResult<boolean>[];
  /** What each announced, by rank. */
  events: WorkerEvent[][];
}

export interface GroupRunOptions {
  data?: Dataset;
  /** May steer the group by the leader's control, or cut its lines. */
  onEvent?: (event: WorkerEvent, leader: JobControl, ports: readonly MessagePort[][]) => void;
}

/** Runs one job on several trainers, as workers would, but all in this thread. */
export async function runGroup(
  order: JobOrder,
  size: number,
  { data = tinyData, onEvent = () => {} }: GroupRunOptions = {},
): Promise<GroupRun> {
  const ports = groupPorts(size);
  const events: WorkerEvent[][] = ports.map(() => []);
  const controls: JobControl[] = [];
  const runs = ports.map(async (lines, rank) => {
    const emit: WorkerEmit = (name, told) => {
      const event = { name, data: told } as WorkerEvent;
      events[rank]!.push(event);
      onEvent(event, controls[0]!, ports);
    };
    const control = new JobControl(() => emit('paused', { job: order.job }));
    controls.push(control);
    const trainer = new Trainer({ ...order, group: { rank, ports: lines } }, data, control, emit);
    try {
      return await trainer.run();
    } finally {
      trainer.dispose();
    }
  });
  return { ends: await Promise.allSettled(runs), events };
}
