import * as tf from '@tensorflow/tfjs-core';
import type { LabelledImages } from '../../../src/core/data/labelledImages';
import { compileModel } from '../../../src/core/model/compileModel';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import { TrainingFeed } from '../../../webview/engine/feed/trainingFeed';
import { buildNetwork, type Network } from '../../../webview/engine/network/buildNetwork';
import { GradientExchange } from '../../../webview/engine/parallel/gradientExchange';
import { SharedStep } from '../../../webview/engine/parallel/sharedStep';
import { createOptimizer } from '../../../webview/engine/trainer/createOptimizer';
import { MessageYield } from '../../../webview/engine/trainer/messageYield';
import type { Optimizer } from '../../../webview/engine/trainer/optimizer';
import { StepReadout } from '../../../webview/engine/trainer/stepReadout';
import { trainStep } from '../../../webview/engine/trainer/trainStep';

export interface StepTimes {
  ms: number;
  /** Part of `ms` in which the steps waited for images. */
  feedMs: number;
}

/** A model in training, step by step as the product's trainer takes them: yield, augmented batch, update, loss read. */
export class EngineSession {
  private readonly network: Network;
  private readonly optimizer: Optimizer;
  private readonly feed: TrainingFeed;
  private readonly exchange: GradientExchange;
  private readonly sharedStep: SharedStep | undefined;
  private readonly readout = new StepReadout(tf.getBackend() === 'webgl');
  private readonly messages = new MessageYield();
  private taken = 0;

  /** @param group this worker's place among those that train the model together, and its lines to the others in the order of their ranks */
  constructor(
    private readonly spec: ModelSpec,
    source: LabelledImages,
    batch: number,
    group: { rank: number; ports: readonly MessagePort[] },
  ) {
    const all = new Uint32Array(source.labels.length).map((_, index) => index);
    this.network = buildNetwork(compileModel(spec), 1);
    this.optimizer = createOptimizer(spec.training, this.network.parameters);
    this.exchange = new GradientExchange(group.rank, group.ports);
    this.feed = new TrainingFeed(source, all, { batch, seed: 1, augment: true, place: this.exchange });
    const { shardSize, batchSize } = this.feed;
    this.sharedStep =
      this.exchange.size === 1
        ? undefined
        : new SharedStep(this.network, this.optimizer, this.exchange, shardSize / batchSize);
  }

  async run(steps: number): Promise<StepTimes> {
    let feedMs = 0;
    const startMs = performance.now();
    for (let step = 0; step < steps; step++) feedMs += await this.step();
    // A GPU is still busy with the last one.
    await this.readout.finishEpoch();
    return { ms: performance.now() - startMs, feedMs };
  }

  dispose(): void {
    this.exchange.close();
    this.readout.dispose();
    this.network.dispose();
    this.optimizer.dispose();
    this.messages.close();
  }

  /** Gives the milliseconds it waited for the feed. */
  private async step(): Promise<number> {
    await this.messages.turn();
    const index = this.taken % this.feed.stepsPerEpoch;
    const epoch = Math.floor(this.taken / this.feed.stepsPerEpoch) + 1;
    if (index === 0) this.feed.startEpoch(epoch);
    const { learningRate, labelSmoothing } = this.spec.training;
    const askedAtMs = performance.now();
    const batch = this.feed.batch(index);
    const feedMs = performance.now() - askedAtMs;
    const settings = { learningRate, labelSmoothing, step: this.taken++ };
    const place = { epoch, step: index + 1, learningRate };
    if (this.sharedStep) {
      this.readout.addScore(await this.sharedStep.train(batch, settings), place);
    } else {
      const logits = trainStep(this.network, this.optimizer, batch, settings);
      await this.readout.add({ ...place, logits, labels: batch.labels });
    }
    return feedMs;
  }
}
