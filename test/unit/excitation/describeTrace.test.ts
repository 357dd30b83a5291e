import { describe, expect, it } from 'vitest';
import { describeTrace } from '../../../src/core/excitation/describeTrace';
import type { BlockTrace, ExcitationTrace } from '../../../src/core/excitation/trace';

const block = (id: string, saturatedHigh: number): BlockTrace => ({
  block: id,
  channels: 2,
  measured: 'activation',
  saturatedLow: 0,
  saturatedHigh,
  mean: Float32Array.of(0.2, 0.4, 0.6, 0.8),
  deviation: new Float32Array(4),
});
const trace = (...blocks: BlockTrace[]): ExcitationTrace => ({
  producer: 'a test',
  model: 'Net',
  recordedAt: '2026-01-31T12:00:00Z',
  classNames: ['cat', 'dog'],
  imagesPerClass: [3000, 1000],
  images: [],
  blocks,
});

describe('describeTrace', () => {
  it('counts, and averages over images', () => {
    expect(describeTrace(trace(block('a', 0), block('b', 0.1)))).toBe(
      'Net: 2 SE blocks, 2 classes, 4,000 images, mean gate 0.40.',
    );
    expect(describeTrace(trace())).toBe('Net: 0 SE blocks, 2 classes, 4,000 images.');
  });

  it('tells of the first blocks that stand out', () => {
    const text = describeTrace(trace(block('a', 0.9), block('b', 0), block('c', 0.8), block('d', 0.7)));
    expect(text).toMatch(/^Net: 4 .* a: 90% of .* c: 80% of .* 1 more block stands out\.$/);
  });
});
