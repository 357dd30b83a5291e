/** Transparent parts are shown on this grey level. */
const BACKGROUND = 255;

/**
 * Averages squares of pixels, in the encoded values as image tools do by default and as CIFAR's makers will have done.
 *
 * @param rgba [side * factor, side * factor, 4], 8 bits, not premultiplied
 * @returns [side, side, 3], 8 bits, on white where the picture is transparent
 */
export function averageDown(rgba: Uint8ClampedArray, side: number, factor: number): Uint8Array<ArrayBuffer> {
  const width = side * factor;
  if (rgba.length !== width * width * 4) {
    throw new RangeError(`${rgba.length} values are not ${width} x ${width} pixels of RGBA`);
  }
  const sums = new Float64Array(side * side * 3);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * 4;
      const to = (Math.floor(row / factor) * side + Math.floor(column / factor)) * 3;
      const opacity = rgba[from + 3]! / 255;
      for (let colour = 0; colour < 3; colour++) {
        sums[to + colour]! += opacity * rgba[from + colour]! + (1 - opacity) * BACKGROUND;
      }
    }
  }
  const pixels = factor * factor;
  return Uint8Array.from(sums, (sum) => Math.round(sum / pixels));
}
