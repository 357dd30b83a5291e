import type { BlockTrace, ExcitationTrace } from '../../../src/core/excitation/trace';

export interface TraceOptions {
  model?: string;
  epoch?: number;
  /** Channels of each block. */
  channels?: readonly number[];
  classNames?: readonly string[];
  /** One image a class with its own gates. */
  withImages?: boolean;
}

/** A recording whose gate is 0.2 + 0.005 block + 0.03 class + 0.4 (channel / channels), plus a hundredth an epoch. */
export function sampleTrace(options: TraceOptions = {}): ExcitationTrace {
  const {
    model = 'MyNet',
    channels = [8, 8, 16],
    classNames = ['cat', 'dog', 'fox'],
    withImages = false,
  } = options;
  const gate = (block: number, label: number, part: number) =>
    0.2 + 0.005 * (block % 20) + 0.03 * (label % 10) + 0.4 * part + 0.01 * (options.epoch ?? 0);
  const blocks = channels.map((count, index): BlockTrace => {
    const rows = classNames.flatMap((_, label) =>
      Array.from({ length: count }, (_unused, channel) => gate(index, label, channel / count)),
    );
    return {
      block: `features.${index}.se`,
      channels: count,
      gate: 'sigmoid',
      measured: 'activation',
      saturatedLow: 0,
      saturatedHigh: 0.1 * (index % 3),
      mean: Float32Array.from(rows),
      deviation: Float32Array.from(rows, (mean) => 0.1 * mean),
      ...(withImages && { imageGates: Float32Array.from(rows, (mean) => mean + 0.05) }),
    };
  });
  return {
    producer: 'a test',
    model,
    recordedAt: '2026-01-31T12:00:00Z',
    ...(options.epoch !== undefined && { epoch: options.epoch }),
    classNames,
    imagesPerClass: classNames.map(() => 10),
    images: withImages ? classNames.map((_, label) => ({ id: `picture ${label}`, label })) : [],
    blocks,
  };
}
