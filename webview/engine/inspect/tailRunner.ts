import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../feed/batch';
import type { ForwardOptions, Midway, SteppedNetwork } from '../network/network';
import { imageTensor } from '../trainer/trainStep';

/** What activations may take; what does not fit is computed anew each time. */
const KEPT_BYTES = 256 * 2 ** 20;
const FLOAT_BYTES = 4;

/**
 * Runs the same batches again and again with other gates in one block. What lies before that block does not change, so what reaches it is kept,
 * and only the rest of the network is run.
 */
export class TailRunner {
  /** By number of the batch. */
  private readonly kept = new Map<number, Midway>();
  private bytes = 0;

  constructor(
    private readonly network: SteppedNetwork,
    private readonly mostBytes = KEPT_BYTES,
  ) {}

  /**
   * Logits [n, classes] of a batch in inference mode, for the caller to dispose.
   *
   * @param number the batch's; its images must be the same ones at every call
   * @param entry the first step that `options` have a say in
   */
  run(
    number: number,
    batch: () => Batch,
    entry: number,
    options: Omit<ForwardOptions, 'training'>,
  ): tf.Tensor2D {
    const { network } = this;
    return tf.tidy(() => {
      const known = this.kept.get(number);
      const start = known && known.step <= entry ? known : network.begin(imageTensor(batch()));
      const midway = network.advance(start, Math.max(entry, start.step), { training: false });
      if (midway.step !== known?.step) this.replace(number, midway);
      const { values } = network.advance(midway, network.steps.length, { training: false, ...options });
      return values.get(network.steps.at(-1)!.output) as tf.Tensor2D;
    });
  }

  dispose(): void {
    for (const number of [...this.kept.keys()]) this.drop(number, new Set());
  }

  /** Keeps the pass as it is at its entry, if there is room; the one that was kept stays where it still can serve. */
  private replace(number: number, midway: Midway): void {
    const before = this.kept.get(number);
    if (before && before.step > midway.step) this.drop(number, new Set());
    const tensors = new Set(midway.values.values());
    const freed = this.kept.has(number) ? bytesOf(before!.values.values()) : 0;
    const bytes = bytesOf(tensors);
    if (this.bytes - freed + bytes > this.mostBytes) return;
    this.drop(number, tensors);
    for (const tensor of tensors) tf.keep(tensor);
    this.kept.set(number, midway);
    this.bytes += bytes;
  }

  private drop(number: number, but: ReadonlySet<tf.Tensor>): void {
    const values = [...(this.kept.get(number)?.values.values() ?? [])];
    for (const tensor of values) if (!but.has(tensor)) tensor.dispose();
    this.bytes -= bytesOf(values);
    this.kept.delete(number);
  }
}

function bytesOf(tensors: Iterable<tf.Tensor>): number {
  return [...tensors].reduce((sum, { size }) => sum + size * FLOAT_BYTES, 0);
}
