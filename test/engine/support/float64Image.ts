/** Images [n, h, w, c] in float64, row-major: the plain-loop references compute with these. */
export interface Float64Images {
  shape: readonly [number, number, number, number];
  data: Float64Array;
}

export function zeroImages(shape: Float64Images['shape']): Float64Images {
  return { shape, data: new Float64Array(shape[0] * shape[1] * shape[2] * shape[3]) };
}

/** Position of [n, h, w, c] in `data`. */
export function offsetOf({ shape }: Float64Images, n: number, h: number, w: number, c: number): number {
  return ((n * shape[1] + h) * shape[2] + w) * shape[3] + c;
}

/** Calls `visit` for every pixel, with the offset of its first channel. */
export function forEachPixel(images: Float64Images, visit: (n: number, offset: number) => void): void {
  const [batch, height, width, channels] = images.shape;
  for (let n = 0; n < batch; n++) {
    for (let pixel = 0; pixel < height * width; pixel++) {
      visit(n, (n * height * width + pixel) * channels);
    }
  }
}
