import { PlaygroundError } from '../../errors';
import { encodeCifarBinary } from '../cifarBinary';
import { CIFAR10 } from '../cifarHashes';
import { IMAGE_PIXELS } from '../labelledImages';
import { requireLabels } from './batchLabels';
import { decodeBoundedPng, type BoundedInflate } from './boundedPng';

/**
 * The label lists of the PNG layout: one JSON list for the five training pictures together, one for the test picture. The
 * misspelling is the layout's own.
 */
export const PNG_LABEL_FILES = { train: 'train_lables.json', test: 'test_lables.json' } as const;

/**
 * @param json text of a label file: a list of class indices
 * @param images labels expected
 * @throws PlaygroundError `data/labels-invalid`
 */
export function parseLabels(json: string, source: string, images: number): readonly number[] {
  let labels: unknown;
  try {
    labels = JSON.parse(json);
  } catch (error) {
    throw new PlaygroundError('data/labels-invalid', `${source} is not valid JSON. Get the file again.`, {
      cause: error,
    });
  }
  return requireLabels(labels, source, images);
}

/**
 * Rewrites a picture of the PNG layout (1024 pixels wide, one 32 x 32 image a row) as the records of the official binary version.
 *
 * @param png the file, RGB [images, 1024]
 * @param labels [images]
 * @param source the file's name, for messages
 * @returns [images, 3073] bytes: label, then the red, green and blue plane
 * @throws PlaygroundError `data/png-invalid`, `data/labels-invalid`
 */
export async function pngBatchToRecords(
  png: Uint8Array,
  labels: readonly number[],
  source: string,
  inflate: BoundedInflate,
  images = CIFAR10.images,
): Promise<Uint8Array> {
  requireLabels(labels, source, images);
  const size = { width: IMAGE_PIXELS, height: images };
  const pixels = await decodeBoundedPng(png, size, source, inflate);
  return encodeCifarBinary({ images: pixels, labels: Uint8Array.from(labels) });
}
