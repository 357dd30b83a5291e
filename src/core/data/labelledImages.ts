/** Images of CIFAR-10's shape with their classes; what every data source of the playground decodes to. */
export interface LabelledImages {
  /** [n, 32, 32, 3] uint8, RGB. */
  images: Uint8Array;
  /** [n] class indices, 0..9. */
  labels: Uint8Array;
}

/** A training and a test split. */
export interface Dataset {
  train: LabelledImages;
  test: LabelledImages;
}

export const IMAGE_HEIGHT = 32;
export const IMAGE_WIDTH = 32;
export const IMAGE_CHANNELS = 3;
export const IMAGE_PIXELS = IMAGE_HEIGHT * IMAGE_WIDTH;
export const IMAGE_BYTES = IMAGE_PIXELS * IMAGE_CHANNELS;
export const CLASSES = 10;
