/** Normalisation and the usual CIFAR-10 augmentation (He et al. 2015, section 4.2): a random crop out of the image padded by 4, and flips. */
import { IMAGE_BYTES, IMAGE_CHANNELS, IMAGE_HEIGHT, IMAGE_WIDTH } from './labelledImages';
import { createRandom } from './random';

/** Mean and standard deviation of each channel over CIFAR-10's 50,000 training images, of values scaled to 0..1. */
export const CHANNEL_MEAN = [0.4914, 0.4822, 0.4465] as const;
export const CHANNEL_DEVIATION = [0.247, 0.2435, 0.2616] as const;

const PADDING = 4;

/** How one image is changed for one epoch. */
export interface Augmentation {
  /** Where the crop starts, relative to the unpadded image: -4..4 pixels. */
  shiftX: number;
  shiftY: number;
  /** Mirrored left to right, after the crop. */
  flip: boolean;
}

export const NO_AUGMENTATION: Augmentation = { shiftX: 0, shiftY: 0, flip: false };

/** The augmentation of an image in an epoch (from 1); `image` is its index in the data set. */
export function augmentationOf(seed: number, epoch: number, image: number): Augmentation {
  const { integer } = createRandom(seed, 'augmentation', String(epoch), String(image));
  const shifts = 2 * PADDING + 1;
  return {
    shiftX: integer(shifts) - PADDING,
    shiftY: integer(shifts) - PADDING,
    flip: integer(2) === 1,
  };
}

/** What each byte of each channel becomes, (value / 255 - mean) / deviation: [3, 256]. */
const normalised = Array.from({ length: IMAGE_CHANNELS }, (_, channel) =>
  new Float32Array(256).map(
    (_, value) => (value / 255 - CHANNEL_MEAN[channel]!) / CHANNEL_DEVIATION[channel]!,
  ),
);

/**
 * Writes image number `image` of `images` ([n, 32, 32, 3] uint8), augmented and normalised, to `out` from `offset` on, as float32 [32, 32, 3].
 * Pixels from outside the image are black before normalisation.
 */
export function writeNormalised(
  images: Uint8Array,
  image: number,
  augmentation: Augmentation,
  out: Float32Array,
  offset: number,
): void {
  const { shiftX, shiftY, flip } = augmentation;
  const [red, green, blue] = normalised as [Float32Array, Float32Array, Float32Array];
  const start = image * IMAGE_BYTES;
  let target = offset;
  for (let y = 0; y < IMAGE_HEIGHT; y++) {
    const sourceY = y + shiftY;
    const row = start + sourceY * IMAGE_WIDTH * IMAGE_CHANNELS;
    const rowInside = sourceY >= 0 && sourceY < IMAGE_HEIGHT;
    for (let x = 0; x < IMAGE_WIDTH; x++, target += IMAGE_CHANNELS) {
      const sourceX = (flip ? IMAGE_WIDTH - 1 - x : x) + shiftX;
      const inside = rowInside && sourceX >= 0 && sourceX < IMAGE_WIDTH;
      const pixel = row + sourceX * IMAGE_CHANNELS;
      out[target] = red[inside ? images[pixel]! : 0]!;
      out[target + 1] = green[inside ? images[pixel + 1]! : 0]!;
      out[target + 2] = blue[inside ? images[pixel + 2]! : 0]!;
    }
  }
}
