import { describe, expect, it } from 'vitest';
import { selectiveChannels, summarizeBlock } from '../../../src/core/excitation/blockSummary';
import type { BlockExcitation } from '../../../src/core/excitation/excitationSummary';

/** @param rows mean gates, one row a class */
function blockOf(rows: number[][], rest: Partial<BlockExcitation> = {}): BlockExcitation {
  return {
    block: 'x',
    channels: rows[0]!.length,
    mean: rows.flat(),
    deviation: rows.flat().map(() => 0),
    saturatedLow: 0,
    saturatedHigh: 0,
    ...rest,
  };
}

describe('summarizeBlock', () => {
  it('computes mean and spreads', () => {
    const summary = summarizeBlock(
      blockOf([
        [0.2, 0.8],
        [0.4, 0.6],
      ]),
      { imagesPerClass: [10, 10] },
    );
    expect(summary.mean).toBeCloseTo(0.5, 12);
    expect(summary.channelMeans[0]).toBeCloseTo(0.3, 12);
    expect(summary.channelMeans[1]).toBeCloseTo(0.7, 12);
    expect(summary.channelSpread).toBeCloseTo(0.2, 12);
    expect(summary.classSpread).toBeCloseTo(0.1, 12);
    expect(summary.remark).toBeUndefined();
  });

  it('weighs classes by their images and leaves empty ones out', () => {
    const summary = summarizeBlock(blockOf([[0.2], [0.6], [0]]), { imagesPerClass: [30, 10, 0] });
    expect(summary.mean).toBeCloseTo(0.3, 12);
    expect(summary.classSpread).toBeCloseTo(0.2, 12);
  });

  it.each([
    [{ saturatedHigh: 0.8 }, /^80% of the gates are above 0\.95/],
    [{ saturatedLow: 0.61 }, /^61% of the gates are below 0\.05/],
  ])('remarks on saturation: %o', (saturation, sentence) => {
    const block = blockOf(
      [
        [0.2, 0.8],
        [0.4, 0.6],
      ],
      saturation,
    );
    expect(summarizeBlock(block, { imagesPerClass: [1, 1] }).remark).toMatch(sentence);
  });

  it('remarks on gates that are all the same', () => {
    const { remark } = summarizeBlock(
      blockOf([
        [0.5, 0.501],
        [0.5, 0.499],
      ]),
      { imagesPerClass: [1, 1] },
    );
    expect(remark).toMatch(/nearly the same \(0\.50\)/);
  });

  it('has zeros and no remark without images', () => {
    const summary = summarizeBlock(blockOf([[0, 0]]), { imagesPerClass: [0] });
    expect(summary).toEqual({ mean: 0, channelMeans: [0, 0], channelSpread: 0, classSpread: 0 });
  });
});

describe('selectiveChannels', () => {
  const block = blockOf([
    [0.5, 0.1, 0.3],
    [0.5, 0.9, 0.4],
    [0.5, 0.2, 0.1],
  ]);

  it('ranks channels by how far their class means lie apart', () => {
    const found = selectiveChannels(block, { imagesPerClass: [5, 5, 5] }, 2);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ channel: 1, highestClass: 1, lowestClass: 0 });
    expect(found[0]!.range).toBeCloseTo(0.8, 12);
    expect(found[1]).toMatchObject({ channel: 2, highestClass: 1, lowestClass: 2 });
  });

  it('does not take a class without images for a low one', () => {
    const [first] = selectiveChannels(block, { imagesPerClass: [0, 5, 5] }, 1);
    expect(first).toMatchObject({ channel: 1, lowestClass: 2 });
    expect(first!.range).toBeCloseTo(0.7, 12);
  });

  it('keeps the order of equal channels', () => {
    const equal = blockOf([
      [0.1, 0.1],
      [0.2, 0.2],
    ]);
    expect(selectiveChannels(equal, { imagesPerClass: [1, 1] }, 5).map((one) => one.channel)).toEqual([0, 1]);
  });
});
