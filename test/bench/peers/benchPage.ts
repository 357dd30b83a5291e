/** The page of the bench. It does what the panel's page does for a run, no more: starts workers from blobs, and lines between them. */
import type { LineMessage } from './portCollector';

const workers: Worker[] = [];

const benchPage = {
  /** Gives the worker's number, and the address that tells it from the others. */
  async startWorker(uri: string): Promise<{ index: number; url: string }> {
    const source = await (await fetch(uri)).blob();
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    return { index: workers.push(new Worker(url)) - 1, url };
  },

  /** A line between every two of the workers; their order is their rank. */
  connect(group: readonly number[]): void {
    group.forEach((first, rank) => {
      for (let other = rank + 1; other < group.length; other++) {
        const { port1, port2 } = new MessageChannel();
        const post = (worker: number, message: LineMessage) =>
          workers[worker]!.postMessage(message, [message.port]);
        post(first, { rank: other, port: port1 });
        post(group[other]!, { rank, port: port2 });
      }
    });
  },

  terminate(index: number): void {
    workers[index]!.terminate();
  },
};

export interface BenchPageWindow {
  benchPage: typeof benchPage;
}
Object.assign(globalThis, { benchPage });
