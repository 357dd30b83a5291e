import type { ModelSpec } from '../../../src/core/model/modelSpec';
import type { BenchBrowser, BenchWorker } from './benchBrowser';
import type { EngineBench } from './engineWorker';

interface EngineScope {
  bench: EngineBench;
}

/** Our engine in a worker of its own that evaluates one model, on WASM; see EvaluationSession. */
export class EvaluationPeer {
  private constructor(private readonly worker: BenchWorker) {}

  static async start(browser: BenchBrowser, spec: ModelSpec, images: number): Promise<EvaluationPeer> {
    const worker = await browser.startWorker('engine');
    await worker.evaluate(
      async ([wasm, model, count]) => {
        const { bench } = globalThis as unknown as EngineScope;
        await bench.start('wasm', wasm);
        bench.openEvaluation(model, count);
      },
      [browser.wasm, spec, images] as const,
    );
    return new EvaluationPeer(worker);
  }

  plainMs(): Promise<number> {
    return this.worker.evaluate(() => (globalThis as unknown as EngineScope).bench.evaluation().plainMs());
  }

  recordingMs(): Promise<number> {
    return this.worker.evaluate(() =>
      (globalThis as unknown as EngineScope).bench.evaluation().recordingMs(),
    );
  }

  /** Of a block by its index, a channel; see EvaluationSession. */
  sweepMs(block: number, channels: number, keptBytes: number): Promise<number> {
    return this.worker.evaluate(
      ([index, count, bytes]) =>
        (globalThis as unknown as EngineScope).bench.evaluation().sweepMs(index, count, bytes),
      [block, channels, keptBytes] as const,
    );
  }

  stop(): Promise<void> {
    return this.worker.terminate();
  }
}
