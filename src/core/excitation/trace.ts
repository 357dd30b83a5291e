/**
 * A recording of the gates of a network's SE blocks, of our own runs and of users' PyTorch models alike. The file form is in
 * traceFile.ts and, in words, in docs/formats.md.
 */
import type { BlockId } from '../model/graph';
import type { Gate } from '../model/modelSpec';

/**
 * How the gates were read: `activation` is the output of a module inside the block, `layer` the gate function computed again
 * from the output of the block's last layer, `output` the output of a block that leaves the product to its caller, and `ratio`
 * output / input.
 */
export const MEASUREMENTS = ['activation', 'layer', 'output', 'ratio'] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

/** Bounds of the format. The recorder for PyTorch keeps to the same ones. */
export const TRACE_LIMITS = {
  blocks: 256,
  channels: 65_536,
  classes: 4_096,
  images: 1_024,
  codeFiles: 64,
  /** UTF-16 units of a name or an id. */
  nameCharacters: 256,
  /** UTF-16 units of the whole file: half a gigabyte is the most that a string of V8 holds, and too much to wait for. */
  fileCharacters: 128 * 2 ** 20,
} as const;

export interface BlockTrace {
  /** The Graph's id, or the path in `named_modules()` of a user's model. */
  block: BlockId;
  channels: number;
  /** Absent if it is not known. */
  gate?: Gate;
  measured: Measurement;
  /**
   * Fraction of (image, channel) gates that `ratio` could not tell, because the input is 0 there. They count nowhere; a mean or an
   * image's gate with nothing to go by is 0. Absent if there are none.
   */
  unknown?: number;
  /** Fraction of all (image, channel) gates below 0.05 and above 0.95. */
  saturatedLow: number;
  saturatedHigh: number;
  /** Mean gate, row-major [classes, channels]. */
  mean: Float32Array;
  /** Population standard deviation over the class's images, row-major [classes, channels]. */
  deviation: Float32Array;
  /** Gates of the trace's `images`, row-major [images, channels]; absent if there are none. */
  imageGates?: Float32Array;
}

export interface TracedImage {
  id: string;
  /** Index of its class. */
  label: number;
}

export interface TracedCode {
  /** File name without a folder. */
  file: string;
  /** `sha256:` and hexadecimal digits, of the text with \n as line ends. */
  fingerprint: string;
}

export interface ExcitationTrace {
  /** The program that recorded it. */
  producer: string;
  model: string;
  /** ISO 8601 in UTC, e.g. 2026-01-31T12:00:00Z. */
  recordedAt: string;
  /** Finished epochs, if known. */
  epoch?: number;
  /** The code that was recorded, the network's own file first; absent if it is not known. */
  code?: readonly TracedCode[];
  classNames: readonly string[];
  /** Images per class that were averaged, [classes]. A class without images has zeros for means and deviations. */
  imagesPerClass: readonly number[];
  images: readonly TracedImage[];
  /** In network order. */
  blocks: readonly BlockTrace[];
}
