/**
 * Gradient of a convolution's filter, in two passes. The first sums over slices of the rows of all images, so that there are enough fragments
 * for a GPU; the second adds the slices. A fragment of the first takes one row of the filter and a pair of channels in and out, a target to
 * each column of the filter: two texels read, one of x and one of dy, serve three taps. Filters of one column take two pairs by two instead.
 */
import type { ConvolutionSizes } from './convolutionTiles';
import { pairsOf, quotient, remainder } from './packedAddressing';

/** Columns of the filter to which there are targets. */
export const MOST_COLUMNS = 4;

const list = (length: number) => [...Array(length).keys()];

interface Blocks {
  /** Pairs of channels in and out that one fragment takes. */
  inPairs: number;
  outPairs: number;
  /** How many such blocks there are. */
  inBlocks: number;
  outBlocks: number;
}

function blocksOf({ filterWidth, inChannels, outChannels }: ConvolutionSizes): Blocks {
  const pairs = filterWidth === 1 ? 2 : 1;
  return {
    inPairs: pairs,
    outPairs: pairs,
    inBlocks: Math.ceil(pairsOf(inChannels) / pairs),
    outBlocks: Math.ceil(pairsOf(outChannels) / pairs),
  };
}

/** Fragments that keep a GPU busy. */
const FRAGMENTS = 16_384;

/** How the rows of the output gradient of all images are sliced. */
export function slicesOf(batch: number, sizes: ConvolutionSizes): { slices: number; rowsInSlice: number } {
  const { inBlocks, outBlocks } = blocksOf(sizes);
  const rows = batch * sizes.outHeight;
  const wanted = Math.ceil(FRAGMENTS / (sizes.filterHeight * inBlocks * outBlocks));
  const rowsInSlice = Math.ceil(rows / Math.min(rows, wanted));
  return { slices: Math.ceil(rows / rowsInSlice), rowsInSlice };
}

/** Shape and number of the targets of the first pass. */
export function slicesTargets(slices: number, sizes: ConvolutionSizes): { shape: number[]; count: number } {
  const { inPairs, outPairs, inBlocks, outBlocks } = blocksOf(sizes);
  return {
    shape: [slices, sizes.filterHeight, 2 * inBlocks, 2 * outBlocks],
    count: sizes.filterWidth * inPairs * outPairs,
  };
}

/** First pass. Textures: `images` (x) and `gradients` (dy). Integers: `rows` (of dy in all images) and `rowsInSlice`. */
export function sliceShader(sizes: ConvolutionSizes): string {
  const {
    filterHeight,
    filterWidth,
    strideWidth,
    strideHeight,
    padInfo,
    inHeight,
    inWidth,
    outHeight,
    outWidth,
  } = sizes;
  const { inPairs, outPairs, inBlocks } = blocksOf(sizes);
  const taps = list(filterWidth).flatMap((kx) =>
    [0, 1].map((pixel) => {
      const column = strideWidth * pixel + kx - padInfo.left;
      return { kx, pixel, pair: Math.floor(column / 2), half: column - 2 * Math.floor(column / 2) };
    }),
  );
  const [least, most] = [
    Math.min(...taps.map(({ pair }) => pair)),
    Math.max(...taps.map(({ pair }) => pair)),
  ];
  const window = list(most - least + 1);
  // With stride 1 the next pair of dy meets the same pairs of x but one: they are handed on.
  const slides = strideWidth === 1;
  const targets = list(filterWidth * inPairs * outPairs);
  const name = (group: number, index: number) => `x${group}_${index}`;
  const load = (group: number, index: number, pair: string) =>
    `${name(group, index)} = pixels(line, ${pair}, at_in + ${group});`;
  const [inPixels, outPixels] = [pairsOf(inWidth), pairsOf(outWidth)];
  return `
vec4 pixels(int line, int pair, int place) {
  if (pair < 0 || pair >= ${inPixels}) return vec4(0);
  vec4 found = images(images_at(line + pair), place);
  ${inWidth % 2 === 1 ? `if (pair == ${inPixels - 1}) found.zw = vec2(0);` : ''}
  return found;
}
void draw() {
  ivec2 at = position();
  int at_in = ${remainder('at.x', inBlocks)} * ${inPairs};
  int at_out = at.y * ${outPairs};
  int ky = ${remainder(quotient('at.x', inBlocks), filterHeight)};
  int slice = ${quotient('at.x', inBlocks * filterHeight)};
  vec4 ${targets.map((target) => `sum${target} = vec4(0)`).join(', ')};
  int end = min(rows, (slice + 1) * rowsInSlice);
  for (int drawnRow = slice * rowsInSlice; drawnRow < end; drawnRow++) {
    int row = ${remainder('drawnRow', outHeight)} * ${strideHeight} + ky - ${padInfo.top};
    if (row < 0 || row >= ${inHeight}) continue;
    int line = (${quotient('drawnRow', outHeight)} * ${inHeight} + row) * ${inPixels};
    vec4 ${list(inPairs)
      .flatMap((group) => window.map((index) => name(group, index)))
      .join(', ')};
    ${
      slides
        ? list(inPairs)
            .flatMap((group) => window.slice(0, -1).map((index) => load(group, index, String(index + least))))
            .join('\n    ')
        : ''
    }
    for (int pair = 0; pair < ${outPixels}; pair++) {
      ivec2 at_gradient = gradients_at(drawnRow * ${outPixels} + pair);
      ${list(outPairs)
        .map(
          (group) =>
            `vec4 g${group} = gradients(at_gradient, at_out + ${group});${
              outWidth % 2 === 1 ? ` if (pair == ${outPixels - 1}) g${group}.zw = vec2(0);` : ''
            }`,
        )
        .join('\n      ')}
      ${list(inPairs)
        .flatMap((group) =>
          (slides ? window.slice(-1) : window).map((index) =>
            load(group, index, `pair * ${strideWidth} + ${index + least}`),
          ),
        )
        .join('\n      ')}
      ${taps
        .flatMap(({ kx, pixel, pair, half }) =>
          list(inPairs).flatMap((inGroup) =>
            list(outPairs).map((outGroup) => {
              const x = `${name(inGroup, pair - least)}.${half === 0 ? 'xxyy' : 'zzww'}`;
              const target = (kx * inPairs + inGroup) * outPairs + outGroup;
              return `sum${target} += ${x} * g${outGroup}.${pixel === 0 ? 'xyxy' : 'zwzw'};`;
            }),
          ),
        )
        .join('\n      ')}
      ${
        slides
          ? list(inPairs)
              .flatMap((group) =>
                window.slice(0, -1).map((index) => `${name(group, index)} = ${name(group, index + 1)};`),
              )
              .join(' ')
          : ''
      }
    }
  }
  ${targets.map((target) => `target${target} = sum${target};`).join('\n  ')}
}`;
}

/** Second pass. Textures: `slices0`... as drawn by `sliceShader`. Integers: `slices`. */
export function addSlicesShader(sizes: ConvolutionSizes): string {
  const { filterHeight, filterWidth, inChannels } = sizes;
  const { inPairs, outPairs, inBlocks } = blocksOf(sizes);
  const targets = list(filterWidth * inPairs * outPairs);
  return `
void draw() {
  ivec2 at = position();
  int inPair = ${remainder('at.x', pairsOf(inChannels))};
  int tap = ${quotient('at.x', pairsOf(inChannels))};
  int kx = ${remainder('tap', filterWidth)};
  int line = ${quotient('tap', filterWidth)} * ${inBlocks} + ${quotient('inPair', inPairs)};
  int place = ${quotient('at.y', outPairs)};
  int from = (kx * ${inPairs} + ${remainder('inPair', inPairs)}) * ${outPairs} + ${remainder('at.y', outPairs)};
  vec4 sum = vec4(0);
  for (int slice = 0; slice < slices; slice++) {
    ivec2 base = slices0_at(slice * ${filterHeight * inBlocks} + line);
    ${targets.map((target) => `if (from == ${target}) sum += slices${target}(base, place);`).join('\n    else ')}
  }
  target0 = sum;
}`;
}
