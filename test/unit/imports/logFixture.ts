import type { RunEvent, RunEventBody } from '../../../src/core/training/runEvents';
import { armA, armB, examplePlan, metrics, status } from '../host/runFixtures';

/** The bodies of a run of two arms and `epochs` epochs that has completed. */
export function completedBodies(epochs = 2): RunEventBody[] {
  const epoch = (job: typeof armA, number: number): RunEventBody => {
    return { kind: 'epoch', metrics: { ...metrics(job, number), remainingMs: 0 } };
  };
  const numbers = Array.from({ length: epochs }, (_, index) => index + 1);
  const trained = [armA, armB].flatMap((job): RunEventBody[] => [
    { kind: 'jobStarted', job, fromEpoch: 0 },
    ...numbers.map((number) => epoch(job, number)),
    ...(job === armB ? [excitation(epochs)] : []),
    { kind: 'jobFinished', job },
  ]);
  return [
    { kind: 'planned', plan: examplePlan('elsewhere', epochs) },
    status('starting'),
    { kind: 'backend', report: { backend: 'wasm', device: 'CPU', reason: 'As asked.', workers: 1 } },
    status('running'),
    ...trained,
    status('completed'),
  ];
}

function excitation(epoch: number): RunEventBody {
  const channels = 16;
  const gates = new Array<number>(10 * channels).fill(0.5);
  const block = {
    block: 'layer1.0.se',
    channels,
    mean: gates,
    deviation: gates,
    saturatedLow: 0,
    saturatedHigh: 0,
  };
  const summary = { classes: 10, imagesPerClass: new Array<number>(10).fill(5), blocks: [block] };
  return { kind: 'excitation', job: armB, epoch, summary };
}

export function stamped(bodies: readonly RunEventBody[], runId = 'elsewhere'): RunEvent[] {
  return bodies.map((body, index) => ({ ...body, runId, seq: index + 1, atMs: 1_700_000_000_000 + index }));
}

export function linesOf(events: readonly unknown[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
