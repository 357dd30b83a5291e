import * as tf from '@tensorflow/tfjs-core';
import type { LabelledImages } from '../../../src/core/data/labelledImages';
import { compileModel } from '../../../src/core/model/compileModel';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import { EvaluationFeed } from '../../../webview/engine/feed/evaluationFeed';
import type { ChosenImages } from '../../../webview/engine/feed/splitDataset';
import { TailRunner } from '../../../webview/engine/inspect/tailRunner';
import { buildNetwork, type SteppedNetwork } from '../../../webview/engine/network/buildNetwork';
import { GradientExchange } from '../../../webview/engine/parallel/gradientExchange';
import { evaluateNetwork } from '../../../webview/engine/trainer/evaluateNetwork';
import { MessageYield } from '../../../webview/engine/trainer/messageYield';
import { scoreLogits } from '../../../webview/engine/trainer/scoreLogits';
import { imageTensor } from '../../../webview/engine/trainer/trainStep';

/** A model that is evaluated, with its gates recorded or not, and with channels knocked out. All times are in milliseconds. */
export class EvaluationSession {
  private readonly network: SteppedNetwork;
  private readonly chosen: ChosenImages;
  private readonly messages = new MessageYield();

  constructor(spec: ModelSpec, source: LabelledImages, images: number) {
    this.network = buildNetwork(compileModel(spec), 1);
    this.chosen = { source, indices: new Uint32Array(images).map((_, index) => index) };
  }

  /** The evaluation after an epoch, as the trainer makes it. */
  async recordingMs(): Promise<number> {
    const mayGoOn = async () => {
      await this.messages.turn();
      return true;
    };
    const alone = new GradientExchange(0, []);
    return timeMs(() => evaluateNetwork(this.network, this.chosen, mayGoOn, alone));
  }

  /** The same without a look at the gates: loss and accuracy only. */
  plainMs(): Promise<number> {
    return this.scoreMs(({ images, labels }) =>
      tf.tidy(() => this.network.forward(imageTensor({ images, labels }), { training: false })),
    );
  }

  /**
   * One channel of a block after the other held at 0; `channels` of them, after one that warms up.
   *
   * @param keptBytes what activations before the block may take
   * @returns milliseconds a channel
   */
  async sweepMs(blockIndex: number, channels: number, keptBytes: number): Promise<number> {
    const { graph, steps } = this.network;
    const block = graph.blocks.at(blockIndex)!;
    const entry = steps.findIndex(({ nodes }) => nodes.some(({ id }) => id === block.id));
    const keep = tf.tensor1d(Array.from({ length: block.channels }, (_, channel) => (channel === 0 ? 0 : 1)));
    const value = tf.zeros([block.channels]) as tf.Tensor1D;
    const clampOf = (id: string) => (id === block.id ? { keep, value } : undefined);
    const runner = new TailRunner(this.network, keptBytes);
    const feed = new EvaluationFeed(this.chosen);
    const times: number[] = [];
    for (let channel = 0; channel <= channels; channel++) {
      const startMs = performance.now();
      for (let number = 0; number < feed.batches; number++) {
        await this.messages.turn();
        const { labels } = feed.labelsOf(number);
        await this.score(
          runner.run(number, () => feed.batch(number), entry, { clampOf }),
          labels,
        );
      }
      times.push(performance.now() - startMs);
    }
    runner.dispose();
    tf.dispose([keep, value]);
    return times.slice(1).reduce((sum, time) => sum + time, 0) / channels;
  }

  dispose(): void {
    this.network.dispose();
    this.messages.close();
  }

  private scoreMs(forward: (batch: ReturnType<EvaluationFeed['batch']>) => tf.Tensor2D): Promise<number> {
    const feed = new EvaluationFeed(this.chosen);
    return timeMs(async () => {
      for (let number = 0; number < feed.batches; number++) {
        await this.messages.turn();
        const batch = feed.batch(number);
        await this.score(forward(batch), batch.labels);
      }
    });
  }

  private async score(logits: tf.Tensor2D, labels: Int32Array): Promise<void> {
    scoreLogits(await logits.data<'float32'>(), labels, this.network.graph.classes);
    logits.dispose();
  }
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
