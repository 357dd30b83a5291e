import type { BlockId } from '../../../../src/core/model/graph';
import type { ValidationImage } from '../inspection';
import type { OpenSpecimen } from '../microscope';
import type { NetPicture } from './readPicture';

/** The image that is looked at. */
export type Subject =
  { kind: 'validation'; image: ValidationImage } | { kind: 'picture'; picture: NetPicture };

/** What one model makes of one image. */
export interface Look {
  /** [classes] */
  probabilities: Float32Array;
  /** The most probable class. */
  predicted: number;
  /** Gates [C] of every SE block, in network order. */
  gates: ReadonlyMap<BlockId, Float32Array>;
  map: AttentionMap;
}

/** Grad-CAM: how much each place speaks for a class. */
export interface AttentionMap {
  /** [height, width], from 0 up. */
  values: Float32Array;
  height: number;
  width: number;
  /** The class it explains. */
  explained: number;
}

export function pixelsOf(subject: Subject): Uint8Array<ArrayBuffer> {
  return subject.kind === 'validation' ? subject.image.pixels : subject.picture.pixels;
}

export function sameSubject(one: Subject, other: Subject | undefined): boolean {
  return other !== undefined && pixelsOf(one) === pixelsOf(other);
}

/** @param explain the class the map explains; null for the most probable one */
export async function lookAt(
  { channel }: OpenSpecimen,
  subject: Subject,
  explain: number | null,
  signal: AbortSignal,
): Promise<Look> {
  // The pixels are shown as well, so they are copied and not transferred.
  const images = { kind: 'pixels' as const, pixels: pixelsOf(subject) };
  const found = await channel.request('lookAt', { images, classes: [explain] }, { signal });
  const { probabilities, gates, maps, height, width, explained } = found;
  const predicted = probabilities.indexOf(Math.max(...probabilities));
  return {
    probabilities,
    predicted,
    gates: new Map(gates.map(({ block, gates: values }) => [block, values])),
    map: { values: maps, height, width, explained: explained[0] ?? predicted },
  };
}
