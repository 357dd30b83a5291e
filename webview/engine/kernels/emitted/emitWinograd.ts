import { FLOAT, type ConvGeometry, type PaddedImage, paddedFloats, rowBytes } from './convGeometry';
import { convolutionFunction, inGroups } from './convolutionFunction';
import { DenseEmitter, emitPadding, matrixProduct } from './emitConvolution';
import { GradientTile, outerProducts } from './emitFilterGradient';
import type { FunctionEncoder, Local } from './wasmEncoder';
import {
  type LineTransform,
  PATCH,
  PlaneEmitter,
  PRODUCTS,
  TILE,
  TransformEmitter,
} from './winogradTransforms';

/** Tiles that one pass over the transformed weights should serve, so that reading these does not dominate. */
const GROUP_TILES = 64;
const GROUP_IMAGES = 8;

/** A 3 x 3 convolution of stride 1 as tiles of 4 x 4 outputs. Images are transformed in groups. */
export interface WinogradPlan {
  geometry: ConvGeometry;
  padded: PaddedImage;
  tileRows: number;
  tileColumns: number;
  /** Tiles of one image. */
  tiles: number;
  imagesPerGroup: number;
}

export function planWinograd(geometry: ConvGeometry): WinogradPlan {
  const tileRows = Math.ceil(geometry.outHeight / TILE);
  const tileColumns = Math.ceil(geometry.outWidth / TILE);
  const tiles = tileRows * tileColumns;
  const height = tileRows * TILE + PATCH - TILE;
  const width = tileColumns * TILE + PATCH - TILE;
  return {
    geometry,
    padded: {
      height,
      width,
      channels: geometry.inChannels,
      top: geometry.padTop,
      left: geometry.padLeft,
      rows: Math.min(geometry.inHeight, height - geometry.padTop),
      columns: Math.min(geometry.inWidth, width - geometry.padLeft),
    },
    tileRows,
    tileColumns,
    tiles,
    imagesPerGroup: Math.max(1, Math.min(GROUP_IMAGES, Math.round(GROUP_TILES / tiles))),
  };
}

/**
 * Bytes from one product of a group's tiles to the next. A cache line more than they need: 36 streams a power of two apart would fall into the
 * same few sets of the first-level cache, which made stage 1 half as fast.
 */
function productStep(tiles: number, channels: number): number {
  return (tiles * channels + 16) * FLOAT;
}

/** Whether the kernels here can compute it: 3 x 3, stride 1, channels in fours. */
export function suitsWinograd(g: ConvGeometry): boolean {
  const square = g.kernelHeight === 3 && g.kernelWidth === 3 && g.strideHeight === 1 && g.strideWidth === 1;
  return square && g.inChannels % 4 === 0 && g.outChannels % 4 === 0 && g.padTop <= 2 && g.padLeft <= 2;
}

/** Floats of scratch: the padded image, then the transformed inputs and the products (or transformed gradients) of a group. */
export function winogradScratch(plan: WinogradPlan): number {
  const { geometry, padded, tiles, imagesPerGroup } = plan;
  const transformed = (channels: number) =>
    (PRODUCTS * productStep(imagesPerGroup * tiles, channels)) / FLOAT;
  return paddedFloats(padded) + transformed(geometry.inChannels) + transformed(geometry.outChannels);
}

/**
 * name(images, weights, output, scratch, count). weights: transformed filters, PRODUCTS times what `packedFloats(I, O)` describes. The
 * border of the scratch's padded image must be zero; the function keeps it so.
 */
export function emitWinograd(name: string, plan: WinogradPlan, relaxed: boolean): FunctionEncoder {
  const { f, parameters } = convolutionFunction(name, relaxed);
  const [images, weights, output, scratch, count] = parameters;
  const emitter = new TileEmitter(f, plan);
  const dense = new DenseEmitter(f);
  const { geometry: g, padded } = plan;
  const inputs = f.local('i32');
  const products = f.local('i32');
  const [input, filter, product] = [f.local('i32'), f.local('i32'), f.local('i32')];
  inGroups(f, count, plan.imagesPerGroup, (group) => {
    const tiles = group * plan.tiles;
    f.setOffset(inputs, scratch, paddedFloats(padded) * FLOAT);
    f.setOffset(products, inputs, PRODUCTS * productStep(tiles, g.inChannels));
    f.touch(output, group * g.outHeight * g.outWidth * g.outChannels * FLOAT);
    emitter.transformInputs(group, images, scratch, inputs);
    f.setOffset(input, inputs, 0).setOffset(filter, weights, 0).setOffset(product, products, 0);
    f.repeat(PRODUCTS, () => {
      dense.emit(matrixProduct(tiles, g.inChannels, g.outChannels), input, filter, product);
      f.advance(input, productStep(tiles, g.inChannels));
      f.advance(filter, g.inChannels * g.outChannels * FLOAT);
      f.advance(product, productStep(tiles, g.outChannels));
    });
    emitter.transformProducts(group, products, output);
  });
  return f;
}

/**
 * filterGradient(images, outputGradients, sums, scratch, count): adds (A dY A') . (B' d B) of every tile to sums [PRODUCTS, I, O]; the
 * filter gradient follows by `transformFilterGradient`.
 */
export function emitWinogradFilterGradient(plan: WinogradPlan, relaxed: boolean): FunctionEncoder {
  const { f, parameters } = convolutionFunction('filterGradient', relaxed);
  const [images, gradients, sums, scratch, count] = parameters;
  const emitter = new TileEmitter(f, plan);
  const { geometry: g, padded } = plan;
  const inputs = f.local('i32');
  const outputs = f.local('i32');
  const [input, gradient, sum] = [f.local('i32'), f.local('i32'), f.local('i32')];
  inGroups(f, count, plan.imagesPerGroup, (group) => {
    const tiles = group * plan.tiles;
    const product = new GradientTile(f, outerProducts(tiles, g.inChannels, g.outChannels));
    f.setOffset(inputs, scratch, paddedFloats(padded) * FLOAT);
    f.setOffset(outputs, inputs, PRODUCTS * productStep(tiles, g.inChannels));
    emitter.transformInputs(group, images, scratch, inputs);
    emitter.transformGradients(group, gradients, outputs);
    f.setOffset(input, inputs, 0).setOffset(gradient, outputs, 0).setOffset(sum, sums, 0);
    f.repeat(PRODUCTS, () => {
      product.emitTap(1, input, 0, gradient, sum, 0);
      f.advance(input, productStep(tiles, g.inChannels));
      f.advance(gradient, productStep(tiles, g.outChannels));
      f.advance(sum, g.inChannels * g.outChannels * FLOAT);
    });
  });
  return f;
}

const both = (transform: LineTransform) => ({ ofColumns: transform, ofRows: transform });

/** Emits the transforms between images and tiles. Transformed tiles lie as [PRODUCTS, tiles of the group, channels]. */
class TileEmitter {
  private readonly transforms: TransformEmitter;
  private readonly planes: PlaneEmitter;
  private readonly zero: Local;
  private readonly row: Local;
  private readonly at: Local;
  private readonly to: Local;

  constructor(
    private readonly f: FunctionEncoder,
    private readonly plan: WinogradPlan,
  ) {
    this.transforms = new TransformEmitter(f);
    this.planes = new PlaneEmitter(f);
    this.zero = f.local('v128');
    [this.row, this.at, this.to] = [f.local('i32'), f.local('i32'), f.local('i32')];
  }

  /** Copies each image of the group into the padded one and writes B' d B of its tiles; `images` moves on. */
  transformInputs(group: number, images: Local, scratch: Local, inputs: Local): void {
    const { f, plan, row, at, to } = this;
    const { geometry: g, padded } = plan;
    const pixel = g.inChannels * FLOAT;
    const step = productStep(group * plan.tiles, g.inChannels);
    f.setOffset(to, inputs, 0);
    f.repeat(group, () => {
      emitPadding(f, images, scratch, padded, { columns: g.inWidth, channels: g.inChannels });
      f.setOffset(row, scratch, 0);
      f.repeat(plan.tileRows, () => {
        f.setOffset(at, row, 0);
        f.repeat(plan.tileColumns, () => {
          f.repeat(g.inChannels / 4, () => {
            this.planes.emit(
              { rows: PATCH, columns: PATCH },
              (y, x) => f.load(at, y * rowBytes(padded) + x * pixel),
              both({ to: PATCH, apply: (d, out) => this.transforms.input(d, out) }),
              (y, x, value) => f.storeLanes(to, (y * PATCH + x) * step, value, 4),
            );
            f.advance(at, 16).advance(to, 16);
          });
          f.advance(at, (TILE - 1) * pixel);
        });
        f.advance(row, TILE * rowBytes(padded));
      });
      f.advance(images, g.inHeight * g.inWidth * pixel);
    });
  }

  /** Writes A' M A of the group's tiles to the images of the output, which moves on. */
  transformProducts(group: number, products: Local, output: Local): void {
    const { f, plan, at } = this;
    const { geometry: g } = plan;
    const pixel = g.outChannels * FLOAT;
    const step = productStep(group * plan.tiles, g.outChannels);
    f.setOffset(at, products, 0);
    this.overOutputTiles(group, output, (to, rows, columns) => {
      this.planes.emit(
        { rows: PATCH, columns: PATCH },
        (y, x) => f.load(at, (y * PATCH + x) * step),
        both({ to: TILE, apply: (m, out) => this.transforms.output(m, out) }),
        (y, x, value) => {
          if (y < rows && x < columns) f.storeLanes(to, y * g.outWidth * pixel + x * pixel, value, 4);
        },
      );
      f.advance(at, 16);
    });
  }

  /** Writes A dY A' of the group's tiles; `gradients` moves on. */
  transformGradients(group: number, gradients: Local, outputs: Local): void {
    const { f, plan, at } = this;
    const { geometry: g } = plan;
    const pixel = g.outChannels * FLOAT;
    const step = productStep(group * plan.tiles, g.outChannels);
    f.setOffset(at, outputs, 0);
    f.zero(this.zero);
    this.overOutputTiles(group, gradients, (from, rows, columns) => {
      this.planes.emit(
        { rows: TILE, columns: TILE },
        (y, x) =>
          y < rows && x < columns ? f.load(from, y * g.outWidth * pixel + x * pixel) : f.get(this.zero),
        both({ to: PATCH, apply: (dy, out) => this.transforms.outputGradient(dy, out) }),
        (y, x, value) => f.storeLanes(at, (y * PATCH + x) * step, value, 4),
      );
      f.advance(at, 16);
    });
  }

  /** Emits `body(address, rows, columns)` for four channels of every tile of the group's output images; tiles at the edge may be cut. */
  private overOutputTiles(
    group: number,
    images: Local,
    body: (address: Local, rows: number, columns: number) => void,
  ): void {
    const { f, plan, row, to } = this;
    const { outHeight, outWidth, outChannels } = plan.geometry;
    const pixel = outChannels * FLOAT;
    const tile = (rows: number, columns: number) => {
      f.repeat(outChannels / 4, () => {
        body(to, rows, columns);
        f.advance(to, 16);
      });
      f.advance(to, (TILE - 1) * pixel);
    };
    const tileRow = (rows: number) => {
      f.setOffset(to, row, 0);
      f.repeat(Math.floor(outWidth / TILE), () => tile(rows, TILE));
      if (outWidth % TILE > 0) tile(rows, outWidth % TILE);
      f.advance(row, TILE * outWidth * pixel);
    };
    f.repeat(group, () => {
      f.setOffset(row, images, 0);
      f.repeat(Math.floor(outHeight / TILE), () => tileRow(TILE));
      if (outHeight % TILE > 0) tileRow(outHeight % TILE);
      f.advance(images, outHeight * outWidth * pixel);
    });
  }
}
