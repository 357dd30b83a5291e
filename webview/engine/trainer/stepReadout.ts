import type * as tf from '@tensorflow/tfjs-core';
import { PlaygroundError } from '../../../src/core/errors';
import { scoreLogits, type Score } from './scoreLogits';

interface StepPlace {
  epoch: number;
  /** From 1. */
  step: number;
  learningRate: number;
}

interface UnreadStep extends StepPlace {
  logits: tf.Tensor2D;
  labels: Int32Array;
}

/**
 * Reads the logits of the training steps and adds up the epoch's score. Reading waits for a GPU to catch up, so there each step is read
 * after the next one has been queued; on WASM reading costs nothing and is done at once.
 */
export class StepReadout {
  private waiting: UnreadStep | undefined;
  private total: Score = { images: 0, loss: 0, correct: 0 };
  private last = NaN;

  /** @param late read a step only when the next one comes, or at the end of the epoch */
  constructor(private readonly late: boolean) {}

  /** Mean loss of the step read last, in nats. */
  get lastLoss(): number {
    return this.last;
  }

  /** Takes over the logits and disposes them. Throws `engine/non-finite` when a loss that is read now is NaN or infinite. */
  async add(step: UnreadStep): Promise<void> {
    // The feed writes the next batch into the same array.
    const kept = { ...step, labels: step.labels.slice() };
    if (!this.late) return this.read(kept);
    const previous = this.waiting;
    this.waiting = kept;
    if (previous) await this.read(previous);
  }

  /** Adds a step that has been scored already. Throws `engine/non-finite` as `add` does. */
  addScore(score: Score, { epoch, step, learningRate }: StepPlace): void {
    if (!Number.isFinite(score.loss))
      throw diverged(`the loss in step ${step} of epoch ${epoch}`, learningRate);
    this.last = score.loss / score.images;
    this.total.images += score.images;
    this.total.loss += score.loss;
    this.total.correct += score.correct;
  }

  /** The score of all steps since the last call; waits for the steps that were not read yet. */
  async finishEpoch(): Promise<Score> {
    const unread = this.waiting;
    this.waiting = undefined;
    if (unread) await this.read(unread);
    const total = this.total;
    this.total = { images: 0, loss: 0, correct: 0 };
    return total;
  }

  dispose(): void {
    this.waiting?.logits.dispose();
    this.waiting = undefined;
  }

  private async read({ logits, labels, ...place }: UnreadStep): Promise<void> {
    let values: Float32Array;
    try {
      values = this.late ? ((await logits.data()) as Float32Array) : (logits.dataSync() as Float32Array);
    } finally {
      logits.dispose();
    }
    this.addScore(scoreLogits(values, labels, values.length / labels.length), place);
  }
}

/** The error of a loss or weight that is not finite; `what` says which. */
export function diverged(what: string, learningRate: number): PlaygroundError {
  return new PlaygroundError(
    'engine/non-finite',
    `Training diverged: ${what} is not a finite number. Lower the learning rate (it was ${Number(learningRate.toPrecision(3))} there) or lengthen the warm-up, and start again.`,
  );
}
