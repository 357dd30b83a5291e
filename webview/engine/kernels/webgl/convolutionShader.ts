/**
 * Convolutions of packed images, where a fragment computes two neighbouring pairs of pixels times two pairs of channels, a block to each of
 * four targets, so that every texel read serves many sums. The forward pass and the input gradient differ in which pixels meet which taps,
 * and in which dimension of the filter is summed over.
 */
import type { ConvolutionSizes, Direction, Take, Tiling } from './convolutionTiles';
import { tilingOf } from './convolutionTiles';
import { pairsOf, quotient, remainder } from './packedAddressing';

const list = (length: number) => [...Array(length).keys()];

/** Draws the tiles. Textures: `images` (x, or dy for the input gradient) and `weights` (the filter). */
export function tileShader(sizes: ConvolutionSizes, direction: Direction): string {
  const tiling = tilingOf(sizes, direction);
  const { drawn, read, across, pixelPairs, channelPairs, pairsPerTile } = tiling;
  const pairs = [...new Set(tiling.takes.map(({ pair }) => pair))];
  const groups = list(channelPairs);
  const sums = list(2 * pixelPairs).flatMap((pixel) => groups.map((group) => `sum${pixel}_${group}`));
  return `
void draw() {
  ivec2 at = position();
  int first = ${remainder('at.x', across)} * ${pairsPerTile};
  int drawnLine = ${quotient('at.x', across)};
  int n = ${quotient('drawnLine', drawn.height)};
  int y = ${remainder('drawnLine', drawn.height)};
  vec2 ${sums.map((sum) => `${sum} = vec2(0)`).join(', ')};
  ${rowLoop(sizes, direction)}
    int line = (n * ${read.height} + row) * ${pairsOf(read.width)} + first;
    ${pairs.map((pair, index) => `ivec2 at${index} = images_at(line + ${pair});`).join('\n    ')}
    for (int place = 0; place < ${pairsOf(read.channels)}; place++) {
      ${pairs.map((pair, index) => readPair(tiling, pair, index)).join('\n      ')}
      ${list(sizes.filterWidth)
        .map((kx) => addTap(sizes, direction, tiling, pairs, kx))
        .join('\n      ')}
    }
  }
  ${list(pixelPairs)
    .flatMap((pair) =>
      groups.map(
        (group) =>
          `target${pair * channelPairs + group} = vec4(sum${2 * pair}_${group}, sum${2 * pair + 1}_${group});`,
      ),
    )
    .join('\n  ')}
}`;
}

/** Puts the blocks of the tiles in their places. Textures: `tiles0`... as drawn by `tileShader`. */
export function untileShader(sizes: ConvolutionSizes, direction: Direction): string {
  const { drawn, pixelPairs, channelPairs, across } = tilingOf(sizes, direction);
  const pairs = pairsOf(drawn.width);
  const blocks = list(pixelPairs * channelPairs);
  return `
void draw() {
  ivec2 at = position();
  int pair = ${remainder('at.x', pairs)};
  ivec2 from = tiles0_at(${quotient('at.x', pairs)} * ${across} + ${quotient('pair', pixelPairs)});
  int place = ${quotient('at.y', channelPairs)};
  int block = ${remainder('pair', pixelPairs)} * ${channelPairs} + ${remainder('at.y', channelPairs)};
  ${blocks.map((block) => `if (block == ${block}) target0 = tiles${block}(from, place);`).join('\n  else ')}
}`;
}

/** Opens a loop over the rows `ky` of the filter that meet a row `row` of the image that is read. */
function rowLoop(sizes: ConvolutionSizes, direction: Direction): string {
  const { filterHeight, strideHeight, padInfo, inHeight, outHeight } = sizes;
  return direction === 'forward'
    ? `for (int ky = 0; ky < ${filterHeight}; ky++) {
    int row = y * ${strideHeight} + ky - ${padInfo.top};
    if (row < 0 || row >= ${inHeight}) continue;`
    : `for (int ky = ${remainder(`y + ${padInfo.top}`, strideHeight)}; ky < ${filterHeight}; ky += ${strideHeight}) {
    int distance = y + ${padInfo.top} - ky;
    int row = ${quotient('distance', strideHeight)};
    if (distance < 0 || row >= ${outHeight}) continue;`;
}

/** `xINDEX`: the pair's two pixels times two channels, zero outside of the image and of its channels. */
function readPair({ read, across, pairsPerTile }: Tiling, pair: number, index: number): string {
  const pairs = pairsOf(read.width);
  const isInside = [
    ...(pair < 0 ? [`first + ${pair} >= 0`] : []),
    ...((across - 1) * pairsPerTile + pair >= pairs ? [`first + ${pair} < ${pairs}`] : []),
  ];
  const texel = `images(at${index}, place)`;
  return [
    isInside.length === 0
      ? `vec4 x${index} = ${texel};`
      : `vec4 x${index} = vec4(0); if (${isInside.join(' && ')}) x${index} = ${texel};`,
    ...(read.width % 2 === 1 ? [`if (first + ${pair} == ${pairs - 1}) x${index}.zw = vec2(0);`] : []),
    ...(read.channels % 2 === 1
      ? [`if (place == ${pairsOf(read.channels) - 1}) x${index}.yw = vec2(0);`]
      : []),
  ].join(' ');
}

function addTap(
  sizes: ConvolutionSizes,
  direction: Direction,
  { takes, channelPairs, read }: Tiling,
  pairs: readonly number[],
  kx: number,
): string {
  const ofTap = takes.filter((take) => take.kx === kx);
  if (ofTap.length === 0) return '';
  const isForward = direction === 'forward';
  // The weights of the first and of the second of the two channels summed over.
  const [first, second] = isForward ? ['xy', 'zw'] : ['xz', 'yw'];
  const filterLine = `(ky * ${sizes.filterWidth} + ${kx}) * ${pairsOf(sizes.inChannels)}`;
  const readWeights = (group: number) => {
    const drawnPlace = `at.y * ${channelPairs} + ${group}`;
    const [line, place] = isForward ? ['place', drawnPlace] : [drawnPlace, 'place'];
    const isLast = `place == ${pairsOf(read.channels) - 1}`;
    return `vec4 k${group} = weights(weights_at(${filterLine} + ${line}), ${place});${
      read.channels % 2 === 1 ? ` if (${isLast}) k${group}.${second} = vec2(0);` : ''
    }`;
  };
  const add = ({ pixel, pair, half }: Take, group: number) => {
    const x = `x${pairs.indexOf(pair)}`;
    const [one, other] = half === 0 ? [`${x}.x`, `${x}.y`] : [`${x}.z`, `${x}.w`];
    return `sum${pixel}_${group} += ${one} * k${group}.${first} + ${other} * k${group}.${second};`;
  };
  return `{
        ${list(channelPairs)
          .flatMap((group) => [readWeights(group), ...ofTap.map((take) => add(take, group))])
          .join('\n        ')}
      }`;
}
