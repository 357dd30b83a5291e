import type { BlockTrace, ExcitationTrace } from '../../../src/core/excitation/trace';
import type { GateSource } from '../../../src/host/editor/gates/gatesReading';

/** A block with the gate of each class and channel, [classes][channels]. */
export function blockOf(
  block: string,
  rows: readonly (readonly number[])[],
  about: Partial<BlockTrace> = {},
): BlockTrace {
  const channels = rows[0]?.length ?? 0;
  return {
    block,
    channels,
    gate: 'sigmoid',
    measured: 'activation',
    saturatedLow: 0,
    saturatedHigh: 0,
    mean: Float32Array.from(rows.flat()),
    deviation: new Float32Array(rows.length * channels),
    ...about,
  };
}

export function traceOf(
  blocks: readonly BlockTrace[],
  about: Partial<ExcitationTrace> = {},
): ExcitationTrace {
  const classes = blocks[0] ? blocks[0].mean.length / blocks[0].channels : 1;
  return {
    producer: 'a test',
    model: 'Net',
    recordedAt: '2026-01-31T12:00:00Z',
    classNames: Array.from({ length: classes }, (_, label) => `class ${label}`),
    imagesPerClass: Array.from({ length: classes }, () => 1),
    images: [],
    blocks,
    ...about,
  };
}

export const EXAMPLE_SOURCE: GateSource = {
  id: 'run:example:b',
  kind: 'run',
  label: 'Example',
  detail: 'with SE, seed 3, epoch 2',
};

/** Pictures in Markdown, decoded. */
export function svgsIn(markdown: string): string[] {
  return [...markdown.matchAll(/data:image\/svg\+xml;base64,([\w+/=]+)/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString('utf8'),
  );
}
