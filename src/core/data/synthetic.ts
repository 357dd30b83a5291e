/**
 * The synthetic set, for tests and offline teaching. It is not made of photographs: each image is noise with horizontal stripes in one colour
 * channel and vertical stripes in one channel. WHICH channels carry them is the class, and nothing else is: a model that weighs channels by
 * what is in them (which is what SE does) can solve it; one that looks at the grey image cannot.
 */
import {
  CLASSES,
  IMAGE_BYTES,
  IMAGE_CHANNELS,
  IMAGE_HEIGHT,
  IMAGE_WIDTH,
  type Dataset,
  type LabelledImages,
} from './labelledImages';
import { createRandom, type Random } from './random';

const GREY = 128;
const STRIPE = 44;
const NOISE = 40;
/** Pixels from one bright stripe to the next. */
const SHORTEST_PERIOD = 4;
const LONGEST_PERIOD = 8;

/** Channels of both patterns for a class; undefined for class 9, which is noise alone. */
export function stripedChannels(label: number): { horizontal: number; vertical: number } | undefined {
  if (label >= IMAGE_CHANNELS ** 2) return undefined;
  return { horizontal: Math.floor(label / IMAGE_CHANNELS), vertical: label % IMAGE_CHANNELS };
}

/** Balanced sets of the sizes given; the same seed gives the same bytes. Image i has the class i mod 10. */
export function createSynthetic(seed: number, sizes: { train: number; test: number }): Dataset {
  return {
    train: createSplit(createRandom(seed, 'synthetic', 'train'), sizes.train),
    test: createSplit(createRandom(seed, 'synthetic', 'test'), sizes.test),
  };
}

function createSplit(random: Random, count: number): LabelledImages {
  const images = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint8Array(count).map((_, index) => index % CLASSES);
  labels.forEach((label, image) => {
    const rows = stripes(random, IMAGE_HEIGHT);
    const columns = stripes(random, IMAGE_WIDTH);
    const striped = stripedChannels(label);
    let byte = image * IMAGE_BYTES;
    for (let y = 0; y < IMAGE_HEIGHT; y++) {
      for (let x = 0; x < IMAGE_WIDTH; x++) {
        for (let channel = 0; channel < IMAGE_CHANNELS; channel++, byte++) {
          let value = GREY + NOISE * (2 * random.uniform() - 1);
          if (striped?.horizontal === channel) value += rows[y]!;
          if (striped?.vertical === channel) value += columns[x]!;
          images[byte] = Math.floor(value);
        }
      }
    }
  });
  return { images, labels };
}

/** Bright and dark bands of random period and phase, [size]. */
function stripes(random: Random, size: number): Int8Array {
  const half = (SHORTEST_PERIOD + random.integer(LONGEST_PERIOD - SHORTEST_PERIOD + 1)) / 2;
  const phase = random.integer(LONGEST_PERIOD);
  return new Int8Array(size).map((_, index) =>
    Math.floor((index + phase) / half) % 2 === 0 ? STRIPE : -STRIPE,
  );
}
