/**
 * Batch normalisation of packed images (Ioffe and Szegedy, arXiv 1502.03167), each way in three passes: sums over slices of the rows of all
 * images; one that adds the slices and works out the factors of every channel; one over the pixels.
 *
 * Variances are those of the slices around their own means, joined by the rule of Chan, Golub and LeVeque (1979): E[x^2] - E[x]^2 would lose
 * the variance of channels far from zero. For the same reason pixels are centred before they are scaled.
 *
 * A block of an image holds the two channels of the left pixel, then of the right. Sums and factors keep the two channels of one quantity in
 * the upper half of a block, of another in the lower.
 */
import { pairsOf } from './packedAddressing';
import { reluOf, shutGradient } from './reluShader';

/** More slices keep more of a GPU busy, but the pass that adds them has one fragment to a pair of channels. */
const MOST_SLICES = 256;

/** How `rows` rows of images are sliced. */
export function rowSlices(rows: number): { slices: number; rowsInSlice: number } {
  const rowsInSlice = Math.ceil(rows / MOST_SLICES);
  return { slices: Math.ceil(rows / rowsInSlice), rowsInSlice };
}

/** GLSL: `body` for every block of the slice, with `line` and whether the right pixel of the block exists. */
function forEachBlock(width: number, body: string): string {
  const pairs = pairsOf(width);
  return `for (int line = at.x * rowsInSlice * ${pairs}; line < end; line++) {
    bool isWhole = ${width % 2 === 0 ? 'true' : `line % ${pairs} != ${pairs - 1}`};
    ${body}
  }`;
}

const sliceStart = (width: number) => `
  ivec2 at = position();
  int end = min(rows, (at.x + 1) * rowsInSlice) * ${pairsOf(width)};`;

/**
 * Mean and sum of squared distances from it, of each slice: [2 slices, C]. Textures: `images`. Integers: `rows` (of all images) and
 * `rowsInSlice`.
 */
export function sliceStatisticsShader(width: number): string {
  return `
void draw() {${sliceStart(width)}
  vec2 sum = vec2(0), squares = vec2(0);
  ${forEachBlock(
    width,
    `vec4 x = images(images_at(line), at.y);
    sum += x.xy;
    if (isWhole) sum += x.zw;`,
  )}
  vec2 mean = sum / float((min(rows, (at.x + 1) * rowsInSlice) - at.x * rowsInSlice) * ${width});
  ${forEachBlock(
    width,
    `vec4 centred = images(images_at(line), at.y) - mean.xyxy;
    squares += centred.xy * centred.xy;
    if (isWhole) squares += centred.zw * centred.zw;`,
  )}
  target0 = vec4(mean, squares);
}`;
}

/**
 * Targets: mean [C], variance [C], and [2, C]: gamma / sqrt(variance + epsilon) and beta. Textures: `statistics` (of the slices), `gammas`,
 * `betas`. Integers: `rows`, `rowsInSlice`, `slices`. Floats: `epsilon`.
 */
export function joinStatisticsShader(width: number): string {
  return `
float rowsOf(int slice) { return float(min(rows, (slice + 1) * rowsInSlice) - slice * rowsInSlice); }
void draw() {
  ivec2 at = position();
  vec2 mean = vec2(0), squares = vec2(0);
  for (int slice = 0; slice < slices; slice++) {
    mean += statistics(statistics_at(slice), at.y).xy * (rowsOf(slice) / float(rows));
  }
  for (int slice = 0; slice < slices; slice++) {
    vec4 part = statistics(statistics_at(slice), at.y);
    vec2 distance = part.xy - mean;
    squares += part.zw + distance * distance * (rowsOf(slice) * ${width}.);
  }
  vec2 variance = squares / (float(rows) * ${width}.);
  vec2 scale = gammas(gammas_at(0), at.y).xy / sqrt(variance + epsilon);
  target0 = vec4(mean, 0, 0);
  target1 = vec4(variance, 0, 0);
  target2 = vec4(scale, betas(betas_at(0), at.y).xy);
}`;
}

/** Target: y. Textures: `images`, `means`, `factors` (as joined), and `residuals` if there is one. */
export function normaliseShader({ relu, residual }: { relu: boolean; residual: boolean }): string {
  return `
void draw() {
  ivec2 at = position();
  vec4 factor = factors(factors_at(0), at.y);
  vec4 y = (images(images_at(at.x), at.y) - means(means_at(0), at.y).xyxy) * factor.xyxy + factor.zwzw;
  ${residual ? 'y += residuals(residuals_at(at.x), at.y);' : ''}
  target0 = ${relu ? reluOf('y') : 'y'};
}`;
}

/**
 * Sums of g and of g (x - mean) of each slice: [2 slices, C]. Textures: `gradients` (dy), `images`, `means`, and with ReLU `outputs` (y).
 * Integers: `rows` and `rowsInSlice`.
 */
export function sliceGradientsShader(width: number, relu: boolean): string {
  return `
void draw() {${sliceStart(width)}
  vec2 mean = means(means_at(0), at.y).xy;
  vec2 sum = vec2(0), products = vec2(0);
  ${forEachBlock(
    width,
    `${shutGradient(relu, 'line', 'at.y')}
    vec4 product = g * (images(images_at(line), at.y) - mean.xyxy);
    sum += g.xy;
    products += product.xy;
    if (isWhole) { sum += g.zw; products += product.zw; }`,
  )}
  target0 = vec4(sum, products);
}`;
}

/**
 * Targets: dgamma [C], dbeta [C], and twice [2, C]: a and -a sum(g) / M; -a sum(g x^) / (M sqrt(variance + epsilon)) and the mean. Textures:
 * `sums` (of the slices), `gammas`, `means`, `variances`. Integers: `rows`, `slices`. Floats: `epsilon`.
 */
export function joinGradientsShader(width: number): string {
  return `
void draw() {
  ivec2 at = position();
  vec4 sum = vec4(0);
  for (int slice = 0; slice < slices; slice++) sum += sums(sums_at(slice), at.y);
  vec2 inverse = inversesqrt(variances(variances_at(0), at.y).xy + epsilon);
  vec2 a = gammas(gammas_at(0), at.y).xy * inverse;
  vec2 dgamma = sum.zw * inverse;
  vec2 share = -a / (float(rows) * ${width}.);
  target0 = vec4(dgamma, 0, 0);
  target1 = vec4(sum.xy, 0, 0);
  target2 = vec4(a, share * sum.xy);
  target3 = vec4(share * inverse * dgamma, means(means_at(0), at.y).xy);
}`;
}

/**
 * Targets: dx, and g if the residual's gradient is wanted. Textures: `gradients`, `images`, `factors` and `slopes` (as joined), and with ReLU
 * `outputs`.
 */
export function normaliseGradientShader({ relu, residual }: { relu: boolean; residual: boolean }): string {
  return `
void draw() {
  ivec2 at = position();
  ${shutGradient(relu, 'at.x', 'at.y')}
  vec4 factor = factors(factors_at(0), at.y);
  vec4 slope = slopes(slopes_at(0), at.y);
  target0 = g * factor.xyxy + factor.zwzw + (images(images_at(at.x), at.y) - slope.zwzw) * slope.xyxy;
  ${residual ? 'target1 = g;' : ''}
}`;
}
