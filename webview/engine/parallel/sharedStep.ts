/**
 * Data parallelism: each worker of a group holds the whole network and takes its shard of every batch; the gradients are averaged, weighted by
 * the shards' sizes, and every worker makes the same update. The mean of the shards' mean losses is the mean loss of the batch, so this is the
 * step that one worker would make, but for rounding and for one thing: batch norm normalises each shard with the shard's own statistics, as
 * PyTorch's DistributedDataParallel does without SyncBatchNorm. The moving statistics are averaged over the workers before anyone reads them.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../feed/batch';
import type { Network } from '../network/buildNetwork';
import type { Optimizer } from '../trainer/optimizer';
import { scoreLogits, type Score } from '../trainer/scoreLogits';
import { computeGradients, type StepSettings } from '../trainer/trainStep';
import { FlatVariables } from './flatVariables';
import type { GradientExchange } from './gradientExchange';

/** Images, loss and correct ones of the step travel before the gradients. */
const SCORE_VALUES = 3;

export class SharedStep {
  private readonly gradients: FlatVariables;
  private readonly statistics: FlatVariables;

  /** @param share this worker's part of every batch, 0 to 1 */
  constructor(
    private readonly network: Network,
    private readonly optimizer: Optimizer,
    private readonly exchange: GradientExchange,
    private readonly share: number,
  ) {
    const variablesThat = (trainable: boolean) =>
      network.parameters.filter(({ info }) => info.trainable === trainable).map(({ variable }) => variable);
    this.gradients = new FlatVariables(variablesThat(true), SCORE_VALUES);
    this.statistics = new FlatVariables(variablesThat(false), 0);
  }

  /** One step of the whole group; the score is the whole batch's, from before the update. Throws as `GradientExchange.exchange` does. */
  async train(shard: Batch, settings: StepSettings): Promise<Score> {
    this.computeShard(shard, settings.labelSmoothing);
    const sum = await this.exchange.exchange(this.gradients.flat);
    tf.tidy(() => this.optimizer.update(this.gradients.read(sum), settings.learningRate, settings.step));
    const [images = 0, loss = 0, correct = 0] = sum;
    return { images, loss, correct };
  }

  /** Gives all workers the mean of their moving statistics. These move by a fixed part of each batch's, so it is the same once an epoch or every step. */
  async averageStatistics(): Promise<void> {
    this.statistics.write((variable) => variable, this.share);
    const sum = await this.exchange.exchange(this.statistics.flat);
    tf.tidy(() => {
      const means = this.statistics.read(sum);
      for (const { variable } of this.network.parameters) {
        const mean = means[variable.name];
        if (mean) variable.assign(mean);
      }
    });
  }

  private computeShard(shard: Batch, labelSmoothing: number): void {
    tf.tidy(() => {
      const { logits, gradients } = computeGradients(this.network, shard, labelSmoothing);
      try {
        const values = logits.dataSync<'float32'>();
        const { images, loss, correct } = scoreLogits(values, shard.labels, this.network.graph.classes);
        this.gradients.flat.set([images, loss, correct]);
        this.gradients.write((variable) => gradients[variable.name]!, this.share);
      } finally {
        logits.dispose();
      }
    });
  }
}
