/** The official binary form of CIFAR-10: records of a label byte, then 1024 red, 1024 green and 1024 blue bytes. */
import { PlaygroundError } from '../errors';
import { CLASSES, IMAGE_BYTES, IMAGE_CHANNELS, IMAGE_PIXELS, type LabelledImages } from './labelledImages';

export const RECORD_BYTES = 1 + IMAGE_BYTES;

/**
 * Decodes binary files, in order, into one set; the planes become pixels [32, 32, 3].
 *
 * @throws PlaygroundError `data/cifar-length` if a file is no whole number of records, `data/cifar-label` if a label is not 0..9
 */
export function decodeCifarBinary(files: readonly Uint8Array[]): LabelledImages {
  const counts = files.map(recordCount);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const images = new Uint8Array(total * IMAGE_BYTES);
  const labels = new Uint8Array(total);
  let image = 0;
  files.forEach((file, index) => {
    for (let record = 0; record < counts[index]!; record++, image++) {
      const start = record * RECORD_BYTES;
      const label = file[start]!;
      if (label >= CLASSES) {
        throw new PlaygroundError(
          'data/cifar-label',
          `Record ${record} of a CIFAR-10 file has the label ${label}, and there are only ${CLASSES} classes. Get the file again.`,
        );
      }
      labels[image] = label;
      for (let channel = 0; channel < IMAGE_CHANNELS; channel++) {
        const plane = start + 1 + channel * IMAGE_PIXELS;
        for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
          images[image * IMAGE_BYTES + pixel * IMAGE_CHANNELS + channel] = file[plane + pixel]!;
        }
      }
    }
  });
  return { images, labels };
}

/** Inverse of `decodeCifarBinary` for one file. */
export function encodeCifarBinary({ images, labels }: LabelledImages): Uint8Array {
  const file = new Uint8Array(labels.length * RECORD_BYTES);
  labels.forEach((label, image) => {
    const start = image * RECORD_BYTES;
    file[start] = label;
    for (let channel = 0; channel < IMAGE_CHANNELS; channel++) {
      for (let pixel = 0; pixel < IMAGE_PIXELS; pixel++) {
        file[start + 1 + channel * IMAGE_PIXELS + pixel] =
          images[image * IMAGE_BYTES + pixel * IMAGE_CHANNELS + channel]!;
      }
    }
  });
  return file;
}

function recordCount(file: Uint8Array): number {
  if (file.length === 0 || file.length % RECORD_BYTES !== 0) {
    throw new PlaygroundError(
      'data/cifar-length',
      `A CIFAR-10 binary file is a whole number of records of ${RECORD_BYTES} bytes; this one has ${file.length} bytes. Get the file again.`,
    );
  }
  return file.length / RECORD_BYTES;
}
