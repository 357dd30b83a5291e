import {
  FLOAT,
  type ConvGeometry,
  type PaddedImage,
  paddedFloats,
  paddedInput,
  paddedOutputGradient,
} from './convGeometry';
import { LINE, TILE } from './polyphaseTransforms';

/** Images whose tiles are worked on at once, so that reading the weights does not dominate. */
const GROUP_TILES = 16;
const GROUP_IMAGES = 4;
const CACHE_LINE = 64;

/** Input pixels along one side of a tile. */
export const SPAN = 2 * TILE;

/** A 3 x 3 convolution of stride 2 as tiles; see polyphaseTransforms. */
export interface PolyphasePlan {
  geometry: ConvGeometry;
  /** The input with a row and a column of zeros behind it, and the output gradient with these before it. */
  paddedInput: PaddedImage;
  paddedGradient: PaddedImage;
  tileRows: number;
  tileColumns: number;
  /** Tiles of one image. */
  tiles: number;
  imagesPerGroup: number;
}

/** Whether the kernels here can compute it: 3 x 3, stride 2, "same" padding of images that consist of whole tiles, channels in fours. */
export function suitsPolyphase(g: ConvGeometry): boolean {
  const kernel = g.kernelHeight === 3 && g.kernelWidth === 3 && g.strideHeight === 2 && g.strideWidth === 2;
  const whole = g.inHeight % SPAN === 0 && g.inWidth % SPAN === 0 && g.padTop === 0 && g.padLeft === 0;
  const same = g.outHeight === g.inHeight / 2 && g.outWidth === g.inWidth / 2;
  return kernel && whole && same && g.inChannels % 4 === 0 && g.outChannels % 4 === 0;
}

export function planPolyphase(g: ConvGeometry): PolyphasePlan {
  const [tileRows, tileColumns] = [g.outHeight / TILE, g.outWidth / TILE];
  const tiles = tileRows * tileColumns;
  return {
    geometry: g,
    paddedInput: paddedInput(g),
    paddedGradient: paddedOutputGradient(g),
    tileRows,
    tileColumns,
    tiles,
    imagesPerGroup: Math.max(1, Math.min(GROUP_IMAGES, Math.round(GROUP_TILES / tiles))),
  };
}

/** Floats of scratch: a padded image, then transformed inputs and products, or transformed gradients, of a group. */
export function polyphaseScratch(plan: PolyphasePlan, padded: PaddedImage): number {
  const tiles = plan.imagesPerGroup * plan.tiles;
  const { inChannels, outChannels } = plan.geometry;
  return (
    paddedFloats(padded) + (new Slabs(tiles, inChannels).bytes + new Slabs(tiles, outChannels).bytes) / FLOAT
  );
}

/**
 * Where the transformed values of a group's tiles lie: by even or odd row and column ("ee", "eo", "oe", "oo"). Each slab is what one matrix of
 * weights multiplies, [pixels, channels]; a line of the cache lies between them (see emitWinograd's productStep).
 */
export class Slabs {
  private readonly step: number;
  private readonly starts: readonly [number, number, number];
  readonly bytes: number;

  constructor(
    readonly tiles: number,
    readonly channels: number,
  ) {
    this.step = tiles * channels * FLOAT;
    const evenOdd = LINE * LINE * this.slabStep(1);
    const oddEven = evenOdd + LINE * this.slabStep(TILE);
    const oddOdd = oddEven + LINE * this.slabStep(TILE);
    this.starts = [evenOdd, oddEven, oddOdd];
    this.bytes = oddOdd + this.slabStep(TILE * TILE);
  }

  /** Bytes from a slab of `times` pixels a tile to the next. */
  slabStep(times: number): number {
    return times * this.step + CACHE_LINE;
  }
  evenEven(row: number, column: number): number {
    return (row * LINE + column) * this.slabStep(1);
  }
  /** `row` is a product, `column` a pixel; the pixels of a tile are neighbours. */
  evenOdd(row: number, column: number): number {
    return this.starts[0] + row * this.slabStep(TILE) + column * this.channels * FLOAT;
  }
  oddEven(row: number, column: number): number {
    return this.starts[1] + column * this.slabStep(TILE) + row * this.channels * FLOAT;
  }
  oddOdd(row: number, column: number): number {
    return this.starts[2] + (row * TILE + column) * this.channels * FLOAT;
  }

  /** Slabs of equal size, in their order. */
  static readonly runs = [
    { slabs: LINE * LINE, times: 1 },
    { slabs: 2 * LINE, times: TILE },
    { slabs: 1, times: TILE * TILE },
  ] as const;
}
