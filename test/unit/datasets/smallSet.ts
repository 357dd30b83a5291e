/** A CIFAR-10 of four images a file, in every layout, with its own hashes: what the real one is, small enough to test with. */
import { createHash } from 'node:crypto';
import { CIFAR10_FILES, type BatchSet, type Cifar10File } from '../../../src/core/data/cifarHashes';
import { python2Batch } from '../importers/pickleBytes';
import { rgbPng } from '../importers/pngBytes';

export const IMAGES = 4;
const PIXELS = 1024;

/** File name to content, without folders. */
export type Layout = Record<string, Uint8Array>;

const labelOf = (batch: number, image: number) => (batch * 3 + image) % 10;
const colourOf = (batch: number, image: number, channel: number, pixel: number) =>
  (batch * 40 + image * 11 + channel * 97 + pixel * 5) & 255;

function perBatch<T>(make: (batch: number) => T): [Cifar10File, T][] {
  return CIFAR10_FILES.map((file, batch) => [file, make(batch)]);
}
const images = Array.from({ length: IMAGES }, (_, image) => image);
const channels = [0, 1, 2];
const pixelIndices = Array.from({ length: PIXELS }, (_, pixel) => pixel);
const labels = (batch: number) => images.map((image) => labelOf(batch, image));
const planes = (batch: number, image: number) =>
  channels.flatMap((channel) => pixelIndices.map((pixel) => colourOf(batch, image, channel, pixel)));

export const binaryFiles: Layout = Object.fromEntries(
  perBatch((batch) =>
    Uint8Array.from(images.flatMap((image) => [labelOf(batch, image), ...planes(batch, image)])),
  ),
);

export const pickleFiles: Layout = Object.fromEntries(
  perBatch((batch) => {
    const data = Uint8Array.from(images.flatMap((image) => planes(batch, image)));
    return python2Batch({ labels: labels(batch), shape: [IMAGES, 3 * PIXELS], data });
  }).map(([file, bytes]) => [file.replace('.bin', ''), bytes]),
);

export const pngFiles: Layout = {
  ...Object.fromEntries(
    perBatch((batch) => {
      const pixels = images.flatMap((image) =>
        pixelIndices.flatMap((pixel) => channels.map((channel) => colourOf(batch, image, channel, pixel))),
      );
      return rgbPng(Uint8Array.from(pixels), { width: PIXELS, height: IMAGES }, [0, 2, 4, 1]);
    }).map(([file, bytes]) => [file.replace('.bin', '.png'), bytes]),
  ),
  'train_lables.json': Buffer.from(JSON.stringify([0, 1, 2, 3, 4].flatMap(labels))),
  'test_lables.json': Buffer.from(JSON.stringify(labels(5))),
};

export const smallSet: BatchSet = {
  images: IMAGES,
  sha256: Object.fromEntries(
    CIFAR10_FILES.map((file) => [file, createHash('sha256').update(binaryFiles[file]!).digest('hex')]),
  ) as BatchSet['sha256'],
};
