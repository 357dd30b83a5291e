import { compileModel } from '../../../src/core/model/compileModel';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import type { Contestant } from '../contest';
import type { BenchBrowser, BenchWorker } from './benchBrowser';
import type { StockBench } from './stockWorker';

interface StockScope {
  bench: StockBench;
}

/** Stock TensorFlow.js on WebGL in a worker of its own. One model at a time. */
export class StockPeer {
  private constructor(
    private readonly worker: BenchWorker,
    /** WebGL's name for what draws. */
    readonly renderer: string,
  ) {}

  static async start(browser: BenchBrowser): Promise<StockPeer> {
    const worker = await browser.startWorker('stock');
    const renderer = await worker.evaluate(() => (globalThis as unknown as StockScope).bench.start());
    return new StockPeer(worker, renderer);
  }

  /** A contestant that takes `steps` steps in all, after one to warm up. */
  async open(spec: ModelSpec, batch: number, steps: number): Promise<Contestant> {
    await this.worker.evaluate(
      ([graph, size]) => (globalThis as unknown as StockScope).bench.open(graph, size),
      [compileModel(spec), batch] as const,
    );
    return {
      name: `stock TensorFlow.js, ${spec.name}`,
      imagesPerStep: batch,
      fewSteps: steps,
      run: (count) =>
        this.worker.evaluate((asked) => (globalThis as unknown as StockScope).bench.run(asked), count),
    };
  }

  stop(): Promise<void> {
    return this.worker.terminate();
  }
}
