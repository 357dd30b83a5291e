/** Recordings for tests: only their blocks matter to the search for their places. */
import type { ExcitationTrace, TracedCode } from '../../../../src/core/excitation/trace';
import type { GateMatch, GatePlacement } from '../../../../src/core/editing/gates/gateMatch';
import { GateSource, placeGates } from '../../../../src/core/editing/gates/placeGates';

/** `{ 'layer1.0.se': 64 }` as blocks of that id and number of channels. */
export function traceOf(
  blocks: Readonly<Record<string, number>>,
  code?: readonly TracedCode[],
): ExcitationTrace {
  return {
    producer: 'test',
    model: 'Net',
    recordedAt: '2026-01-31T12:00:00Z',
    ...(code && { code }),
    classNames: ['cat'],
    imagesPerClass: [1],
    images: [],
    blocks: Object.entries(blocks).map(([block, channels]) => ({
      block,
      channels,
      measured: 'activation',
      saturatedLow: 0,
      saturatedHigh: 0,
      mean: new Float32Array(channels),
      deviation: new Float32Array(channels),
    })),
  };
}

export const OTHER_FILE = { fileName: 'other.py', fingerprint: `sha256:${'0'.repeat(64)}` };

export function matchIn(
  text: string,
  trace: ExcitationTrace,
  known: Parameters<typeof placeGates>[2] = OTHER_FILE,
  language: GateSource['language'] = 'python',
): GateMatch {
  return placeGates(new GateSource(text, language), trace, known);
}

/** `SELayer(planes): layer1.0.se layer1.1.se`, a line a site. */
export function placesOf(text: string, { sites }: GatePlacement): string[] {
  return sites.map(({ span, blocks }) => `${text.slice(span.from, span.to)}: ${blocks.join(' ')}`);
}
