import { convolutionFunction } from './convolutionFunction';
import type { FunctionEncoder, Local } from './wasmEncoder';
import {
  FLOAT,
  type ConvGeometry,
  type PaddedImage,
  paddedInput,
  paddedOutputGradient,
  phasesOfAxis,
  rowBytes,
} from './convGeometry';

/** Pixels by vectors of four channels that one tile keeps in registers: 8 sums, 2 weights and 1 input of the 16 vector registers. */
const TILE_PIXELS = 4;
const TILE_VECTORS = 2;
export const TILE_CHANNELS = TILE_VECTORS * 4;

/**
 * A dense convolution over a padded image: every output pixel of a grid sums `runs` of adjacent floats against packed weights.
 * Both the forward pass and each phase of the input gradient are of this form.
 */
export interface DenseConvolution {
  /** Byte offset, in the padded image, of what the first tap of the first pixel reads. */
  sourceOrigin: number;
  sourceRowStep: number;
  sourcePixelStep: number;
  /** Adjacent floats that each run sums, and its byte offset from the pixel's origin. */
  runs: readonly { offset: number; floats: number }[];
  rows: number;
  columns: number;
  outputOrigin: number;
  outputRowStep: number;
  outputPixelStep: number;
  outputChannels: number;
  /** Byte offset of its weights in the packed buffer. */
  weightsOrigin: number;
}

/** Floats of weights that the convolution reads: a block of 8 channels after the other, each [runs' floats, 8]; the last may be [.., 4]. */
export function packedFloats(kernelFloats: number, channels: number): number {
  return kernelFloats * Math.ceil(channels / 4) * 4;
}

/** The product of a dense matrix [rows, from] with packed weights [from, to] -> [rows, to]. */
export function matrixProduct(rows: number, from: number, to: number): DenseConvolution {
  return {
    sourceOrigin: 0,
    sourceRowStep: 0,
    sourcePixelStep: from * FLOAT,
    runs: [{ offset: 0, floats: from }],
    rows: 1,
    columns: rows,
    outputOrigin: 0,
    outputRowStep: 0,
    outputPixelStep: to * FLOAT,
    outputChannels: to,
    weightsOrigin: 0,
  };
}

export function forwardConvolution(g: ConvGeometry): DenseConvolution {
  const source = paddedInput(g);
  const row = rowBytes(source);
  const pixel = g.inChannels * FLOAT;
  return {
    sourceOrigin: 0,
    sourceRowStep: g.strideHeight * row,
    sourcePixelStep: g.strideWidth * pixel,
    runs: Array.from({ length: g.kernelHeight }, (_, ky) => ({
      offset: ky * row,
      floats: g.kernelWidth * g.inChannels,
    })),
    rows: g.outHeight,
    columns: g.outWidth,
    outputOrigin: 0,
    outputRowStep: g.outWidth * g.outChannels * FLOAT,
    outputPixelStep: g.outChannels * FLOAT,
    outputChannels: g.outChannels,
    weightsOrigin: 0,
  };
}

/** Which kernel taps a phase of the input gradient multiplies, in packing order. */
export interface PackedPhase {
  convolution: DenseConvolution;
  rowTaps: readonly number[];
  columnTaps: readonly number[];
}

export function inputGradientPhases(g: ConvGeometry): PackedPhase[] {
  const source = paddedOutputGradient(g);
  const row = rowBytes(source);
  const pixel = g.outChannels * FLOAT;
  const phases: PackedPhase[] = [];
  let weightsOrigin = 0;
  for (const vertical of phasesOfAxis(g.inHeight, g.kernelHeight, g.strideHeight, g.padTop)) {
    for (const horizontal of phasesOfAxis(g.inWidth, g.kernelWidth, g.strideWidth, g.padLeft)) {
      const taps = vertical.taps.length * horizontal.taps.length;
      phases.push({
        rowTaps: taps > 0 ? vertical.taps : [],
        columnTaps: taps > 0 ? horizontal.taps : [],
        convolution: {
          sourceOrigin:
            taps > 0 ? (source.top + vertical.origin) * row + (source.left + horizontal.origin) * pixel : 0,
          sourceRowStep: row,
          sourcePixelStep: pixel,
          runs:
            taps > 0
              ? vertical.taps.map((_, index) => ({
                  offset: index * row,
                  floats: horizontal.taps.length * g.outChannels,
                }))
              : [],
          rows: vertical.count,
          columns: horizontal.count,
          outputOrigin: (vertical.first * g.inWidth + horizontal.first) * g.inChannels * FLOAT,
          outputRowStep: g.strideHeight * g.inWidth * g.inChannels * FLOAT,
          outputPixelStep: g.strideWidth * g.inChannels * FLOAT,
          outputChannels: g.inChannels,
          weightsOrigin,
        },
      });
      weightsOrigin += packedFloats(taps * g.outChannels, g.inChannels) * FLOAT;
    }
  }
  return phases;
}

/**
 * name(images, weights, output, scratch, count): for each of `count` images, copies it into the zero-padded scratch and runs the
 * convolutions over it. The scratch's border must be zero; the function only writes inside it.
 */
export function emitConvolutions(
  name: string,
  source: PaddedImage,
  image: { rows: number; columns: number; channels: number },
  outputFloats: number,
  convolutions: readonly DenseConvolution[],
  relaxed: boolean,
): FunctionEncoder {
  const { f, parameters } = convolutionFunction(name, relaxed);
  const [images, weights, output, scratch, count] = parameters;
  const dense = new DenseEmitter(f);
  f.whileCounting(count, () => {
    f.touch(output, outputFloats * FLOAT);
    emitPadding(f, images, scratch, source, image);
    for (const convolution of convolutions) dense.emit(convolution, scratch, weights, output);
    f.advance(images, image.rows * image.columns * image.channels * FLOAT);
    f.advance(output, outputFloats * FLOAT);
  });
  return f;
}

/** Copies one image into the inside of the padded one. */
export function emitPadding(
  f: FunctionEncoder,
  from: Local,
  scratch: Local,
  padded: PaddedImage,
  image: { columns: number; channels: number },
): void {
  const to = f.local('i32');
  const row = f.local('i32');
  f.setOffset(to, scratch, (padded.top * padded.width + padded.left) * padded.channels * FLOAT);
  f.setOffset(row, from, 0);
  f.repeat(padded.rows, () => {
    f.copyBytes(to, row, padded.columns * padded.channels * FLOAT);
    f.advance(to, rowBytes(padded));
    f.advance(row, image.columns * image.channels * FLOAT);
  });
}

/** Emits dense convolutions. Its locals are shared by all loops of a function, so that the compiler sees few. */
export class DenseEmitter {
  private readonly sums: Local[];
  private readonly weightLanes: Local[];
  private readonly input: Local;
  private readonly block: Local;
  private readonly blockWeights: Local;
  private readonly rowSource: Local;
  private readonly rowOutput: Local;
  private readonly pixelSource: Local;
  private readonly pixelOutput: Local;
  private readonly source: Local;
  private readonly weights: Local;

  constructor(private readonly f: FunctionEncoder) {
    const address = () => f.local('i32');
    this.sums = Array.from({ length: TILE_PIXELS * TILE_VECTORS }, () => f.local('v128'));
    this.weightLanes = Array.from({ length: TILE_VECTORS }, () => f.local('v128'));
    this.input = f.local('v128');
    [this.block, this.blockWeights] = [address(), address()];
    [this.rowSource, this.rowOutput] = [address(), address()];
    [this.pixelSource, this.pixelOutput] = [address(), address()];
    [this.source, this.weights] = [address(), address()];
  }

  emit(c: DenseConvolution, images: Local, weights: Local, output: Local): void {
    const { f, block, blockWeights } = this;
    f.setOffset(block, output, c.outputOrigin);
    f.setOffset(blockWeights, weights, c.weightsOrigin);
    const kernelFloats = c.runs.reduce((sum, { floats }) => sum + floats, 0);
    f.repeat(Math.floor(c.outputChannels / TILE_CHANNELS), () => {
      this.plane(c, TILE_CHANNELS, images);
      f.advance(block, TILE_CHANNELS * FLOAT);
      f.advance(blockWeights, kernelFloats * TILE_CHANNELS * FLOAT);
    });
    const rest = c.outputChannels % TILE_CHANNELS;
    if (rest > 0) this.plane(c, rest, images);
  }

  /** All pixels of one block of channels. */
  private plane(c: DenseConvolution, channels: number, images: Local): void {
    const { f, rowSource, rowOutput, pixelSource, pixelOutput } = this;
    f.setOffset(rowSource, images, c.sourceOrigin);
    f.setOffset(rowOutput, this.block, 0);
    f.repeat(c.rows, () => {
      f.setOffset(pixelSource, rowSource, 0);
      f.setOffset(pixelOutput, rowOutput, 0);
      const tileAndAdvance = (pixels: number) => {
        this.tile(c, pixels, channels);
        f.advance(pixelSource, pixels * c.sourcePixelStep);
        f.advance(pixelOutput, pixels * c.outputPixelStep);
      };
      f.repeat(Math.floor(c.columns / TILE_PIXELS), () => tileAndAdvance(TILE_PIXELS));
      if (c.columns % TILE_PIXELS > 0) tileAndAdvance(c.columns % TILE_PIXELS);
      f.advance(rowSource, c.sourceRowStep);
      f.advance(rowOutput, c.outputRowStep);
    });
  }

  private tile(c: DenseConvolution, pixels: number, channels: number): void {
    const { f, pixelOutput } = this;
    const vectors = Math.ceil(channels / 4);
    const sum = (pixel: number, vector: number) => this.sums[pixel * TILE_VECTORS + vector] as Local;
    for (let pixel = 0; pixel < pixels; pixel++) for (let v = 0; v < vectors; v++) f.zero(sum(pixel, v));
    f.setOffset(this.weights, this.blockWeights, 0);
    for (const { offset, floats } of c.runs) {
      f.setOffset(this.source, this.pixelSource, offset);
      f.repeat(floats, () => {
        for (let v = 0; v < vectors; v++) f.load(this.weights, v * 16).set(this.weightLanes[v] as Local);
        for (let pixel = 0; pixel < pixels; pixel++) {
          f.loadSplat(this.source, pixel * c.sourcePixelStep).set(this.input);
          for (let v = 0; v < vectors; v++)
            f.multiplyAdd(sum(pixel, v), this.input, this.weightLanes[v] as Local);
        }
        f.advance(this.source, FLOAT);
        f.advance(this.weights, vectors * 16);
      });
    }
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let v = 0; v < vectors; v++) {
        const lanes = Math.min(4, channels - 4 * v);
        f.storeLanes(pixelOutput, pixel * c.outputPixelStep + v * 16, sum(pixel, v), lanes);
      }
    }
  }
}
