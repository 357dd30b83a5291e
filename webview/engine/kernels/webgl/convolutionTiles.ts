import { pairsOf } from './packedAddressing';

/** Sizes of a convolution of NHWC images, as tfjs's computeConv2DInfo tells them. */
export interface ConvolutionSizes {
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  filterHeight: number;
  filterWidth: number;
  /** 1 or 2. */
  strideHeight: number;
  strideWidth: number;
  padInfo: { top: number; left: number };
}

export type Direction = 'forward' | 'inputGradient';

interface ImageSize {
  height: number;
  width: number;
  channels: number;
}

/** What one pixel of a tile takes: tap `kx` of the filter times a pixel that is read. */
export interface Take {
  pixel: number;
  kx: number;
  /** Pair of pixels, to the right of the first pair of the tile. */
  pair: number;
  /** Left or right pixel of the pair. */
  half: 0 | 1;
}

/** How an image is drawn: cut into tiles of pairs of pixels in a row times pairs of channels, each computed by one fragment. */
export interface Tiling {
  drawn: ImageSize;
  read: ImageSize;
  /** Pairs of pixels and pairs of channels in a tile; their product is the number of targets. */
  pixelPairs: number;
  channelPairs: number;
  /** Tiles in a row of the image, and in its channels. */
  across: number;
  deep: number;
  /** Pairs of pixels by which the tile to the right reads further to the right. */
  pairsPerTile: number;
  takes: readonly Take[];
}

export function tilingOf(sizes: ConvolutionSizes, direction: Direction): Tiling {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideWidth } = sizes;
  const input = { height: inHeight, width: inWidth, channels: inChannels };
  const output = { height: outHeight, width: outWidth, channels: outChannels };
  const [read, drawn] = direction === 'forward' ? [input, output] : [output, input];
  // With one pair, a strided input gradient would start in the middle of a pair of the output's gradient.
  const pixelPairs = drawn.width > 2 || (direction === 'inputGradient' && strideWidth > 1) ? 2 : 1;
  const channelPairs = drawn.channels > 2 ? 2 : 1;
  return {
    drawn,
    read,
    pixelPairs,
    channelPairs,
    across: Math.ceil(pairsOf(drawn.width) / pixelPairs),
    deep: Math.ceil(pairsOf(drawn.channels) / channelPairs),
    pairsPerTile: direction === 'forward' ? pixelPairs * strideWidth : pixelPairs / strideWidth,
    takes: takesOf(sizes, direction, 2 * pixelPairs),
  };
}

/** Pixel p of the output takes x[stride p + kx - pad] w[kx]; of the input gradient, dy[q] w[kx] wherever stride q + kx - pad = p. */
function takesOf(
  { filterWidth, strideWidth, padInfo }: ConvolutionSizes,
  direction: Direction,
  pixels: number,
): Take[] {
  const takes: Take[] = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let kx = 0; kx < filterWidth; kx++) {
      const column =
        direction === 'forward'
          ? strideWidth * pixel + kx - padInfo.left
          : (pixel + padInfo.left - kx) / strideWidth;
      if (!Number.isInteger(column)) continue;
      const pair = Math.floor(column / 2);
      takes.push({ pixel, kx, pair, half: column === 2 * pair ? 0 : 1 });
    }
  }
  return takes;
}
