import { vi } from 'vitest';
import type { PlaygroundError } from '../../../src/core/errors';
import { Channel } from '../../../src/protocol/channel';
import type { EventData, EventName } from '../../../src/protocol/contract';
import { memoryPortPair } from '../../../src/protocol/port';
import {
  pageForWorkerContract,
  workerContract,
  type WorkerContract,
} from '../../../src/protocol/uiWorkerContract';

export type PageSide = Channel<typeof pageForWorkerContract, WorkerContract>;

export interface WorkerUnderTest {
  page: PageSide;
  /** What neither side could tell the other. */
  problems: PlaygroundError[];
  /** Settles with the next event of that name. */
  next<K extends EventName<WorkerContract>>(name: K): Promise<EventData<WorkerContract, K>>;
  dispose(): void;
}

/** Runs the worker's own file in this thread, behind a pair of ports. Once in a test file: modules are loaded once. */
export async function workerUnderTest(): Promise<WorkerUnderTest> {
  const [pagePort, workerPort] = memoryPortPair();
  const problems: PlaygroundError[] = [];
  // What a worker's global scope has and Node's has not.
  vi.stubGlobal('postMessage', (message: unknown, transfer: ArrayBuffer[]) =>
    workerPort.post(message, transfer),
  );
  vi.stubGlobal('addEventListener', (_type: 'message', listener: (event: { data: unknown }) => void) =>
    workerPort.onMessage((data) => listener({ data })),
  );
  vi.stubGlobal('reportError', (problem: PlaygroundError) => problems.push(problem));
  await import('../../../webview/engine/worker');
  const page: PageSide = new Channel({
    port: pagePort,
    local: pageForWorkerContract,
    remote: workerContract,
    handlers: {},
    onProblem: (problem) => problems.push(problem),
  });
  return {
    page,
    problems,
    next: (name) =>
      new Promise((resolve) => {
        const off = page.on(name, (data) => {
          off();
          resolve(data);
        });
      }),
    dispose: () => {
      page.dispose();
      vi.unstubAllGlobals();
    },
  };
}
