import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { compileModel } from '../../../src/core/model/compileModel';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import { PYTHON } from '../../support/pytorch/torchPython';
import type { Contestant } from '../contest';

/** PyTorch in a process of its own that lives through the contest and trains when it is asked. */
export class TorchPeer {
  private readonly answers: AsyncIterator<string>;
  private complaints = '';

  private constructor(private readonly process: ChildProcessWithoutNullStreams) {
    this.answers = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    process.stderr.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    process.stdin.on('error', () => undefined);
  }

  /**
   * @param root of the repository
   * @param threads as `torch.set_num_threads`
   * @param specs the models it can be asked for; each name once
   */
  static async start(root: string, threads: number, specs: readonly ModelSpec[], batch: number) {
    const script = path.join(root, 'test/bench/peers/torchPeer.py');
    const env = { ...process.env, SE_BENCH_NETWORK_FOLDER: path.join(root, 'test/support/pytorch') };
    const peer = new TorchPeer(spawn(PYTHON, ['-B', script, String(threads)], { env }));
    const models = specs.map((spec) => [spec.name, { graph: compileModel(spec), batch }]);
    try {
      await peer.ask({ models: Object.fromEntries(models) as unknown });
    } catch (thrown) {
      peer.stop();
      throw thrown;
    }
    return peer;
  }

  contestant(spec: ModelSpec, batch: number, threads: number): Contestant {
    return {
      name: `PyTorch, ${spec.name}, ${threads} thread${threads === 1 ? '' : 's'}`,
      imagesPerStep: batch,
      run: async (steps) => ((await this.ask({ model: spec.name, steps })) as { ms: number }).ms,
    };
  }

  stop(): void {
    this.process.kill();
  }

  private async ask(question: unknown): Promise<unknown> {
    this.process.stdin.write(`${JSON.stringify(question)}\n`);
    const answer = await this.answers.next();
    if (answer.done) throw new Error(`PyTorch gave no answer. ${this.complaints}`);
    return JSON.parse(answer.value) as unknown;
  }
}
