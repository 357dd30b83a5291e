import { IMAGE_BYTES } from '../../../src/core/data/labelledImages';
import { PlaygroundError } from '../../../src/core/errors';
import { MAX_IMAGES_LOOKED_AT, type ImageChoice } from '../../../src/protocol/uiWorkerContract';
import type { ChosenImages } from '../feed/splitDataset';

/** The chosen images with labels, as 8-bit RGB [n, 32, 32, 3]; `indices` are of the validation images. */
export function pixelsOf(
  { source, indices: all }: ChosenImages,
  indices: readonly number[],
): { pixels: Uint8Array<ArrayBuffer>; labels: number[] } {
  const pixels = new Uint8Array(indices.length * IMAGE_BYTES);
  const labels = indices.map((index, slot) => {
    const image = all[index];
    if (image === undefined) {
      throw unusable(`there are ${all.length} validation images, and no number ${index}`);
    }
    pixels.set(source.images.subarray(image * IMAGE_BYTES, (image + 1) * IMAGE_BYTES), slot * IMAGE_BYTES);
    return source.labels[image]!;
  });
  return { pixels, labels };
}

/** 8-bit RGB [n, 32, 32, 3] of what is to be looked at. */
export function choosePixels(choice: ImageChoice, validation: ChosenImages): Uint8Array {
  const pixels = choice.kind === 'validation' ? pixelsOf(validation, choice.indices).pixels : choice.pixels;
  if (pixels.length === 0) throw unusable('there is no image among them');
  const images = pixels.length / IMAGE_BYTES;
  if (!Number.isInteger(images))
    throw unusable(`${pixels.length} bytes are not whole images of ${IMAGE_BYTES}`);
  if (images > MAX_IMAGES_LOOKED_AT) {
    throw unusable(`${images} are more than the ${MAX_IMAGES_LOOKED_AT} that can be looked at together`);
  }
  return pixels;
}

/** The error for images that cannot be looked at; `why` completes the sentence. */
export function unusable(why: string): PlaygroundError {
  return new PlaygroundError('engine/images', `These images cannot be looked at: ${why}. Choose others.`);
}
