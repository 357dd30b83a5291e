import { describe, expect, it } from 'vitest';
import { ExcitationAccumulator } from '../../../src/core/excitation/excitationAccumulator';
import { decodeTrace, encodeTrace } from '../../../src/core/excitation/traceFile';
import { summaryOfTrace, traceOfSummary } from '../../../src/core/excitation/traceSummary';

const ABOUT = {
  producer: 'SE Playground',
  model: 'SE-ResNet-8',
  recordedAt: '2026-01-31T12:00:00Z',
  epoch: 2,
  classNames: ['cat', 'dog', 'frog'],
  gate: 'sigmoid' as const,
};

/** Gates that differ in every image and channel, some saturated. */
function evaluation(images: { index: number; label: number }[] = []) {
  const blocks = [
    { id: 'layer1.0.se', channels: 8 },
    { id: 'layer2.0.se', channels: 16 },
  ];
  const accumulator = new ExcitationAccumulator(blocks, 3, images);
  const labels = [0, 2, 2, 0, 0];
  for (const { id, channels } of blocks) {
    const gates = Array.from({ length: 5 * channels }, (_, at) => 0.5 + 0.5 * Math.sin(at * 1.7));
    accumulator.add(id, gates, labels);
  }
  return accumulator.summary();
}

describe('traces of summaries', () => {
  it('give back what the accumulator has summed up, through the file', () => {
    const summary = evaluation();
    expect(summary.blocks[0]!.saturatedLow).toBeGreaterThan(0);
    const trace = traceOfSummary(summary, ABOUT);
    expect(summaryOfTrace(decodeTrace(encodeTrace(trace)))).toEqual(summary);
  });

  it('carry the images whose gates were kept, there and back', () => {
    const summary = evaluation([
      { index: 0, label: 0 },
      { index: 2, label: 2 },
    ]);
    expect(summary.blocks[1]!.imageGates).toHaveLength(32);
    const trace = traceOfSummary(summary, ABOUT);
    expect(trace.images).toEqual([
      { id: 'validation/0', label: 0 },
      { id: 'validation/2', label: 2 },
    ]);
    expect(summaryOfTrace(decodeTrace(encodeTrace(trace)))).toEqual(summary);
  });

  it('leave images out that are none of our validation images', () => {
    const trace = traceOfSummary(evaluation([{ index: 1, label: 2 }]), ABOUT);
    const summary = summaryOfTrace({ ...trace, images: [{ id: 'pug.jpg', label: 2 }] });
    expect(summary).toEqual(evaluation());
  });

  it('say what a summary does not', () => {
    const { gate, ...about } = ABOUT;
    const trace = traceOfSummary(evaluation(), ABOUT);
    expect(trace).toMatchObject({ ...about, images: [], imagesPerClass: [3, 0, 2] });
    expect(trace.blocks.map((block) => [block.block, block.gate, block.measured])).toEqual([
      ['layer1.0.se', gate, 'activation'],
      ['layer2.0.se', gate, 'activation'],
    ]);
  });

  it('need a name for each class', () => {
    expect(() => traceOfSummary(evaluation(), { ...ABOUT, classNames: ['cat'] })).toThrow(RangeError);
  });
});
