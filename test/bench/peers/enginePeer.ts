import type { ModelSpec } from '../../../src/core/model/modelSpec';
import type { BackendName } from '../../../src/core/training/runPlan';
import type { Contestant } from '../contest';
import type { BenchBrowser, BenchWorker } from './benchBrowser';
import type { StepTimes } from './engineSession';
import type { EngineBench } from './engineWorker';

interface EngineScope {
  bench: EngineBench;
}

/** Our engine in workers of its own, which train one model together; several models may be open, one at a time trains. */
export class EnginePeer {
  private opened = 0;

  private constructor(
    private readonly browser: BenchBrowser,
    private readonly workers: readonly [BenchWorker, ...BenchWorker[]],
  ) {}

  static async start(browser: BenchBrowser, backend: BackendName, workers: number): Promise<EnginePeer> {
    const started: BenchWorker[] = [];
    for (let index = 0; index < workers; index++) {
      const worker = await browser.startWorker('engine');
      await worker.evaluate(
        ([choice, wasm]) => (globalThis as unknown as EngineScope).bench.start(choice, wasm),
        [backend, browser.wasm] as const,
      );
      started.push(worker);
    }
    return new EnginePeer(browser, started as [BenchWorker, ...BenchWorker[]]);
  }

  /** A contestant that trains the model. `onTimes` hears of every call, those to warm up included. */
  async open(
    spec: ModelSpec,
    batch: number,
    onTimes: (times: StepTimes) => void = () => undefined,
  ): Promise<Contestant> {
    const key = String(this.opened++);
    const { length: size } = this.workers;
    await this.browser.connect(this.workers);
    await this.each((worker, rank) =>
      worker.evaluate(
        ([name, model, images, place]) =>
          (globalThis as unknown as EngineScope).bench.open(name, model, images, place),
        [key, spec, batch, { rank, size }] as const,
      ),
    );
    return {
      name: `ours, ${spec.name}, ${size} worker${size === 1 ? '' : 's'}`,
      imagesPerStep: batch,
      run: async (steps) => {
        const times = await this.each((worker) =>
          worker.evaluate(([name, count]) => (globalThis as unknown as EngineScope).bench.run(name, count), [
            key,
            steps,
          ] as const),
        );
        // The one that was asked first waits for the others, so the longest time is the group's.
        const slowest = times.reduce((one, other) => (other.ms > one.ms ? other : one));
        onTimes(slowest);
        return slowest.ms;
      },
    };
  }

  async closeAll(): Promise<void> {
    await this.each((worker) =>
      worker.evaluate(() => (globalThis as unknown as EngineScope).bench.closeAll()),
    );
  }

  gemmGflops(): Promise<number> {
    return this.workers[0].evaluate(() => (globalThis as unknown as EngineScope).bench.gemmGflops());
  }

  memory(): Promise<ReturnType<EngineBench['memory']>> {
    return this.workers[0].evaluate(() => (globalThis as unknown as EngineScope).bench.memory());
  }

  async stop(): Promise<void> {
    await this.each((worker) => worker.terminate());
  }

  private each<T>(work: (worker: BenchWorker, rank: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.workers.map(work));
  }
}
