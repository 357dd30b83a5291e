/**
 * The file format of the quick subset that the extension carries (`media/quick-cifar.bin`). Little-endian:
 *
 * | offset | content |
 * |---|---|
 * | 0 | magic "SEQ2" |
 * | 4 | uint32 training images |
 * | 8 | uint32 test images |
 * | 12 | uint32 length of the coded images |
 * | 16 | uint32 CRC-32 of bytes 0..15 and of everything from 20 on |
 * | 20 | labels, training then test, a byte each |
 * | ... | coded images (see imageCodec), training then test |
 */
import { PlaygroundError } from '../errors';
import { crc32 } from './crc32';
import { decodeImages, encodeImages } from './imageCodec';
import { CLASSES, IMAGE_BYTES, IMAGE_HEIGHT, IMAGE_WIDTH, type Dataset } from './labelledImages';

const MAGIC = [0x53, 0x45, 0x51, 0x32];
const CHECKSUM_OFFSET = 16;
const HEADER_BYTES = 20;
/** CIFAR-10 has no more; a header that claims more would make us allocate what the file cannot hold. */
const MAX_IMAGES = 60_000;
const SIZE = { height: IMAGE_HEIGHT, width: IMAGE_WIDTH };

/** Packs both splits, lossless; the order of the images is kept. */
export function encodeQuickSubset({ train, test }: Dataset): Uint8Array {
  const counts = [train.labels.length, test.labels.length] as const;
  const total = counts[0] + counts[1];
  if (train.images.length !== counts[0] * IMAGE_BYTES || test.images.length !== counts[1] * IMAGE_BYTES) {
    throw new RangeError('Every label needs one image of 3072 bytes');
  }
  const images = new Uint8Array(total * IMAGE_BYTES);
  images.set(train.images);
  images.set(test.images, train.images.length);
  const coded = encodeImages(images, SIZE);

  const file = new Uint8Array(HEADER_BYTES + total + coded.length);
  const header = new DataView(file.buffer);
  file.set(MAGIC);
  header.setUint32(4, counts[0], true);
  header.setUint32(8, counts[1], true);
  header.setUint32(12, coded.length, true);
  file.set(train.labels, HEADER_BYTES);
  file.set(test.labels, HEADER_BYTES + counts[0]);
  file.set(coded, HEADER_BYTES + total);
  header.setUint32(CHECKSUM_OFFSET, checksum(file), true);
  return file;
}

/**
 * Inverse of `encodeQuickSubset`.
 *
 * @throws PlaygroundError `data/quick-format` if it is no such file, `data/quick-damaged` if it is one with errors in it
 */
export function decodeQuickSubset(file: Uint8Array): Dataset {
  if (file.length < HEADER_BYTES || MAGIC.some((byte, index) => file[index] !== byte)) {
    throw new PlaygroundError(
      'data/quick-format',
      'This is not a quick subset of this version of the extension. Install the extension again.',
    );
  }
  const header = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const trainCount = header.getUint32(4, true);
  const total = trainCount + header.getUint32(8, true);
  const codedStart = HEADER_BYTES + total;
  if (total > MAX_IMAGES || codedStart + header.getUint32(12, true) !== file.length) {
    throw damaged('its length does not fit its header');
  }
  if (header.getUint32(CHECKSUM_OFFSET, true) !== checksum(file)) throw damaged('its checksum is wrong');
  const labels = file.slice(HEADER_BYTES, codedStart);
  if (labels.some((label) => label >= CLASSES))
    throw damaged('it has labels that are no classes of CIFAR-10');
  const images = decodeImages(file.subarray(codedStart), total, SIZE);
  return {
    train: {
      images: images.subarray(0, trainCount * IMAGE_BYTES),
      labels: labels.subarray(0, trainCount),
    },
    test: { images: images.subarray(trainCount * IMAGE_BYTES), labels: labels.subarray(trainCount) },
  };
}

function checksum(file: Uint8Array): number {
  return crc32(file.subarray(HEADER_BYTES), crc32(file.subarray(0, CHECKSUM_OFFSET)));
}

function damaged(what: string): PlaygroundError {
  return new PlaygroundError(
    'data/quick-damaged',
    `The quick subset of CIFAR-10 is damaged: ${what}. Install the extension again.`,
  );
}
