/**
 * Sums over each image's channels, and SE's scale (Hu et al., arXiv 1709.01507, eq. 4). The sums are taken over slices of the rows of each
 * image first, so that there are enough fragments for a GPU, then added. A block of [N, C] holds two channels of one image, then of the next.
 */
import { pairsOf, quotient, remainder } from './packedAddressing';
import { reluOf, shutGradient } from './reluShader';

export interface ImageSize {
  height: number;
  width: number;
}

/** Fragments that keep a GPU busy. */
const FRAGMENTS = 16_384;

/** How the rows of each image are sliced. */
export function imageSlices([batch, height, , channels]: readonly number[]): {
  slices: number;
  rowsInSlice: number;
} {
  const wanted = Math.ceil(FRAGMENTS / (pairsOf(batch!) * pairsOf(channels!)));
  const rowsInSlice = Math.ceil(height! / Math.min(height!, wanted));
  return { slices: Math.ceil(height! / rowsInSlice), rowsInSlice };
}

/**
 * Sums of each slice: [slices, N, C], of x or, with `gradient`, of g x. Textures: `images`, and with `gradient` `gradients` (dy)
 * and, with ReLU, `outputs` (y). Integers: `rowsInSlice`, `imagePairs`, `lastImage`.
 */
export function sliceSumsShader(
  { height, width }: ImageSize,
  gradient: { relu: boolean } | undefined,
): string {
  const pairs = pairsOf(width);
  return `
vec2 sumOf(int image, int firstRow, int place) {
  vec2 sum = vec2(0);
  int start = (image * ${height} + firstRow) * ${pairs};
  int end = (image * ${height} + min(${height}, firstRow + rowsInSlice)) * ${pairs};
  for (int line = start; line < end; line++) {
    vec4 value = images(images_at(line), place);
    ${gradient ? `${shutGradient(gradient.relu, 'line', 'place')} value *= g;` : ''}
    sum += value.xy;
    ${width % 2 === 0 ? '' : `if (${remainder('line', pairs)} != ${pairs - 1})`} sum += value.zw;
  }
  return sum;
}
void draw() {
  ivec2 at = position();
  int image = 2 * (at.x % imagePairs);
  int firstRow = at.x / imagePairs * rowsInSlice;
  target0 = vec4(sumOf(image, firstRow, at.y), sumOf(min(image + 1, lastImage), firstRow, at.y));
}`;
}

/** Adds the slices, times `factor`, to [N, C]. Textures: `sums`. Integers: `slices`, `imagePairs`. Floats: `factor`. */
export function addImageSlicesShader(): string {
  return `
void draw() {
  ivec2 at = position();
  vec4 sum = vec4(0);
  for (int slice = 0; slice < slices; slice++) sum += sums(sums_at(slice * imagePairs + at.x), at.y);
  target0 = sum * factor;
}`;
}

/** GLSL: `vec4 gate`, the gates of the block's channels. */
const gateAt = ({ height, width }: ImageSize) => `int image = ${quotient('at.x', height * pairsOf(width))};
  vec4 ofImages = gates(gates_at(image >> 1), at.y);
  vec4 gate = (image & 1) == 0 ? ofImages.xyxy : ofImages.zwzw;`;

/** Target: y. Textures: `images`, `gates`, and `residuals` if there is one. */
export function scaleShader(
  size: ImageSize,
  { relu, residual }: { relu: boolean; residual: boolean },
): string {
  return `
void draw() {
  ivec2 at = position();
  ${gateAt(size)}
  vec4 y = images(images_at(at.x), at.y) * gate;
  ${residual ? 'y += residuals(residuals_at(at.x), at.y);' : ''}
  target0 = ${relu ? reluOf('y') : 'y'};
}`;
}

/** Targets: dx, and g if the residual's gradient is wanted. Textures: `gradients` (dy), `gates`, and with ReLU `outputs` (y). */
export function scaleGradientShader(
  size: ImageSize,
  { relu, residual }: { relu: boolean; residual: boolean },
): string {
  return `
void draw() {
  ivec2 at = position();
  ${gateAt(size)}
  ${shutGradient(relu, 'at.x', 'at.y')}
  target0 = g * gate;
  ${residual ? 'target1 = g;' : ''}
}`;
}

/** Target: every pixel the gates of its image, times `factor`. Textures: `gates`. Floats: `factor`. */
export function spreadShader(size: ImageSize): string {
  return `
void draw() {
  ivec2 at = position();
  ${gateAt(size)}
  target0 = gate * factor;
}`;
}
