import { PlaygroundError } from '../../errors';
import { RECORD_BYTES } from '../cifarBinary';
import { CIFAR10 } from '../cifarHashes';
import { IMAGE_BYTES } from '../labelledImages';
import { requireLabels } from './batchLabels';
import { readPickle } from './pickle';
import { PickleArray, invalidPickle } from './pickleValues';

/**
 * Rewrites a batch of the official python version as the records of the official binary version; for an official file the result is byte for
 * byte the binary one.
 *
 * @param bytes the file: a pickled dict with `data`, uint8 [images, 3072] (red, green, blue planes), and `labels`, [images]
 * @param source its name, for messages
 * @param images images expected
 * @returns [images, 3073] bytes: label, then the image
 * @throws PlaygroundError `data/pickle-unsafe`, `data/pickle-invalid`, `data/labels-invalid`, `data/batch-shape`
 */
export function pickledBatchToRecords(
  bytes: Uint8Array,
  source: string,
  images = CIFAR10.images,
): Uint8Array {
  const batch = readPickle(bytes);
  if (!(batch instanceof Map)) throw invalidPickle('it holds no dict');
  if (batch.has('fine_labels')) {
    throw new PlaygroundError(
      'data/batch-shape',
      `${source} is CIFAR-100; the playground trains on CIFAR-10. Choose that data set.`,
    );
  }
  const labels = requireLabels(batch.get('labels'), source, images);
  const pixels = batch.get('data');
  if (!(pixels instanceof PickleArray)) throw invalidPickle('it has no array named data');
  const [rows, columns, ...more] = pixels.shape;
  const isBytes = pixels.dtype === 'u1' || pixels.dtype === '|u1';
  if (!isBytes || rows !== images || columns !== IMAGE_BYTES || more.length > 0) {
    throw new PlaygroundError(
      'data/batch-shape',
      `${source} holds an array of type ${pixels.dtype} and shape [${pixels.shape.slice(0, 8).join(', ')}], not uint8 [${images}, ${IMAGE_BYTES}]. Get the official archive again.`,
    );
  }
  if (pixels.data.length !== images * IMAGE_BYTES)
    throw invalidPickle('its array has fewer bytes than its shape says');
  return toRecords(pixels, labels, images);
}

function toRecords(pixels: PickleArray, labels: readonly number[], images: number): Uint8Array {
  const records = new Uint8Array(images * RECORD_BYTES);
  const imageStride = pixels.columnMajor ? 1 : IMAGE_BYTES;
  const valueStride = pixels.columnMajor ? images : 1;
  for (let image = 0; image < images; image++) {
    const to = image * RECORD_BYTES;
    records[to] = labels[image] ?? 0;
    const from = image * imageStride;
    if (valueStride === 1) {
      records.set(pixels.data.subarray(from, from + IMAGE_BYTES), to + 1);
      continue;
    }
    for (let value = 0; value < IMAGE_BYTES; value++) {
      records[to + 1 + value] = pixels.data[from + value * valueStride] ?? 0;
    }
  }
  return records;
}
