import { describe, expect, it } from 'vitest';
import { augmentationOf, writeNormalised } from '../../../src/core/data/augmentation';
import { batchOrder } from '../../../src/core/data/batchOrder';
import { createSynthetic } from '../../../src/core/data/synthetic';
import { evaluationBatches } from '../../../webview/engine/feed/evaluationFeed';
import { TrainingFeed } from '../../../webview/engine/feed/trainingFeed';

const { train } = createSynthetic(1, { train: 250, test: 0 });
const STILL = { shiftX: 0, shiftY: 0, flip: false };

/** One image on its own, [32, 32, 3] normalised. */
function normalised(image: number, augmentation = STILL): Buffer {
  const out = new Float32Array(3072);
  writeNormalised(train.images, image, augmentation, out, 0);
  return Buffer.from(out.buffer);
}

const imageAt = (images: Float32Array, slot: number) =>
  Buffer.from(images.slice(slot * 3072, (slot + 1) * 3072).buffer);

describe('TrainingFeed', () => {
  const chosen = Uint32Array.from({ length: 40 }, (_, index) => 3 * index);

  it('gives each image of the epoch at most once, augmented by its own index', () => {
    const feed = new TrainingFeed(train, chosen, { batch: 12, seed: 9, augment: true });
    expect(feed.stepsPerEpoch).toBe(3);
    for (const epoch of [1, 2]) {
      feed.startEpoch(epoch);
      const order = batchOrder(40, 9, epoch);
      for (let step = 0; step < 3; step++) {
        const { images, labels } = feed.batch(step);
        for (let slot = 0; slot < 12; slot++) {
          const image = chosen[order[12 * step + slot]!]!;
          expect(labels[slot]).toBe(train.labels[image]);
          const wanted = normalised(image, augmentationOf(9, epoch, image));
          expect(imageAt(images, slot).equals(wanted)).toBe(true);
        }
      }
    }
  });

  it('leaves images alone without augmentation', () => {
    const feed = new TrainingFeed(train, chosen, { batch: 12, seed: 9, augment: false });
    feed.startEpoch(1);
    expect(imageAt(feed.batch(0).images, 0).equals(normalised(chosen[batchOrder(40, 9, 1)[0]!]!))).toBe(true);
  });

  it('deals the very batch out among the workers of a group', () => {
    const options = { batch: 13, seed: 9, augment: true };
    const whole = new TrainingFeed(train, chosen, options);
    const shards = [0, 1, 2].map(
      (rank) => new TrainingFeed(train, chosen, { ...options, place: { rank, size: 3 } }),
    );
    for (const feed of [whole, ...shards]) feed.startEpoch(2);
    expect(
      shards.map(({ shardSize, batchSize, stepsPerEpoch }) => [shardSize, batchSize, stepsPerEpoch]),
    ).toEqual([
      [4, 13, 3],
      [4, 13, 3],
      [5, 13, 3],
    ]);
    for (const step of [0, 2]) {
      const { images, labels } = whole.batch(step);
      const parts = shards.map((feed) => feed.batch(step));
      expect(parts.flatMap((part) => [...part.labels])).toEqual([...labels]);
      const joined = Buffer.concat(parts.map((part) => Buffer.from(part.images.slice().buffer)));
      expect(joined.equals(Buffer.from(images.slice().buffer))).toBe(true);
    }
  });

  it('gives the same step again whenever it is asked', () => {
    const feed = new TrainingFeed(train, chosen, { batch: 12, seed: 9, augment: true });
    feed.startEpoch(4);
    const first = feed.batch(1).images.slice();
    feed.batch(2);
    expect(Buffer.compare(Buffer.from(feed.batch(1).images.buffer), Buffer.from(first.buffer))).toBe(0);
  });

  it('makes one smaller batch of fewer images than a batch', () => {
    const feed = new TrainingFeed(train, chosen.slice(0, 5), { batch: 12, seed: 9, augment: false });
    feed.startEpoch(1);
    expect([feed.stepsPerEpoch, feed.batchSize, feed.batch(0).labels.length]).toEqual([1, 5, 5]);
  });
});

describe('evaluationBatches', () => {
  it('deals whole batches out among the workers of a group', () => {
    const chosen = Uint32Array.from({ length: 230 }, (_, index) => index);
    const sizes = [0, 1, 2, 3].map((rank) =>
      [...evaluationBatches({ source: train, indices: chosen }, { rank, size: 4 })].map(
        ({ labels }) => labels.length,
      ),
    );
    expect(sizes).toEqual([[], [100], [100], [30]]);
  });

  it('visits the chosen images in order, the last batch smaller', () => {
    const chosen = Uint32Array.from({ length: 230 }, (_, index) => 249 - index);
    let visited = 0;
    const sizes: number[] = [];
    for (const { images, labels } of evaluationBatches({ source: train, indices: chosen })) {
      sizes.push(labels.length);
      expect(images.length).toBe(labels.length * 3072);
      for (const [slot, label] of labels.entries()) {
        const image = 249 - visited++;
        expect(label).toBe(train.labels[image]);
        expect(imageAt(images, slot).equals(normalised(image))).toBe(true);
      }
    }
    expect(sizes).toEqual([100, 100, 30]);
  });
});
