import { emitPadding } from './emitConvolution';
import { FLOAT, type ConvGeometry, paddedInput, rowBytes } from './convGeometry';
import { convolutionFunction } from './convolutionFunction';
import type { FunctionEncoder, Local } from './wasmEncoder';

const TILE_INPUTS = 4;
const TILE_VECTORS = 2;
/** Bytes of input and output gradient that one chunk of rows may have, so that it stays in the first-level cache over all taps. */
const CHUNK_BYTES = 24 * 1024;

/**
 * filterGradient(images, outputGradients, filterGradient, scratch, count): adds, over `count` images, x[stride h + r, stride w + s, i] *
 * dy[h, w, o] to dw[r, s, i, o]. dw must start at zero. A tile keeps 4 input channels by 8 output channels in registers and walks pixels.
 */
export function emitFilterGradient(g: ConvGeometry, relaxed: boolean): FunctionEncoder {
  const { f, parameters } = convolutionFunction('filterGradient', relaxed);
  const [images, gradients, result, scratch, count] = parameters;
  const padded = paddedInput(g);
  const dyRow = g.outWidth * g.outChannels * FLOAT;
  const bytesPerRow = g.strideHeight * rowBytes(padded) + dyRow;
  const chunkRows = Math.max(1, Math.min(g.outHeight, Math.floor(CHUNK_BYTES / bytesPerRow)));
  const chunkSource = f.local('i32');
  const chunkGradient = f.local('i32');
  const tile = new GradientTile(f, {
    inChannels: g.inChannels,
    outChannels: g.outChannels,
    columns: g.outWidth,
    sourceRowStep: g.strideHeight * rowBytes(padded),
    sourcePixelStep: g.strideWidth * g.inChannels * FLOAT,
  });

  const chunk = (rows: number) => {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx++) {
        const tap = ky * g.kernelWidth + kx;
        const tapOffset = ky * rowBytes(padded) + kx * g.inChannels * FLOAT;
        tile.emitTap(
          rows,
          chunkSource,
          tapOffset,
          chunkGradient,
          result,
          tap * g.inChannels * g.outChannels * FLOAT,
        );
      }
    }
    f.advance(chunkSource, rows * g.strideHeight * rowBytes(padded));
    f.advance(chunkGradient, rows * dyRow);
  };

  f.whileCounting(count, () => {
    emitPadding(f, images, scratch, padded, { columns: g.inWidth, channels: g.inChannels });
    f.setOffset(chunkSource, scratch, 0);
    f.setOffset(chunkGradient, gradients, 0);
    f.repeat(Math.floor(g.outHeight / chunkRows), () => chunk(chunkRows));
    if (g.outHeight % chunkRows > 0) chunk(g.outHeight % chunkRows);
    f.advance(images, g.inHeight * g.inWidth * g.inChannels * FLOAT);
    f.advance(gradients, g.outHeight * dyRow);
  });
  return f;
}

/** How a GradientTile walks: over rows of `columns` pixels of both sources; the gradients lie densely, [pixels, outChannels]. */
interface GradientWalk {
  inChannels: number;
  outChannels: number;
  columns: number;
  /** In bytes. */
  sourceRowStep: number;
  sourcePixelStep: number;
}

/** The walk over dense matrices [rows, inChannels] and [rows, outChannels]. */
export function outerProducts(rows: number, inChannels: number, outChannels: number): GradientWalk {
  return {
    inChannels,
    outChannels,
    columns: rows,
    sourceRowStep: 0,
    sourcePixelStep: inChannels * FLOAT,
  };
}

/** Emits sums of outer products: result[i, o] += source[pixel, i] gradient[pixel, o], over all pixels. */
export class GradientTile {
  private readonly sums: Local[];
  private readonly lanes: Local[];
  private readonly input: Local;
  private readonly inputBlock: Local;
  private readonly resultRow: Local;
  private readonly resultBlock: Local;
  private readonly gradientBlock: Local;
  private readonly rowSource: Local;
  private readonly rowGradient: Local;
  private readonly source: Local;
  private readonly gradient: Local;

  constructor(
    private readonly f: FunctionEncoder,
    private readonly g: GradientWalk,
  ) {
    const i32 = () => f.local('i32');
    this.sums = Array.from({ length: TILE_INPUTS * TILE_VECTORS }, () => f.local('v128'));
    this.lanes = Array.from({ length: TILE_VECTORS }, () => f.local('v128'));
    this.input = f.local('v128');
    this.inputBlock = i32();
    this.resultRow = i32();
    this.resultBlock = i32();
    this.gradientBlock = i32();
    this.rowSource = i32();
    this.rowGradient = i32();
    this.source = i32();
    this.gradient = i32();
  }

  emitTap(
    rows: number,
    source: Local,
    sourceOffset: number,
    gradients: Local,
    result: Local,
    resultOffset: number,
  ): void {
    const { f, g } = this;
    const inputs = (channels: number) => {
      f.setOffset(this.gradientBlock, gradients, 0);
      f.setOffset(this.resultBlock, this.resultRow, 0);
      const outputs = (width: number) => {
        this.emitTile(rows, channels, width);
        f.advance(this.gradientBlock, width * FLOAT);
        f.advance(this.resultBlock, width * FLOAT);
      };
      f.repeat(Math.floor(g.outChannels / 8), () => outputs(8));
      if (g.outChannels % 8 > 0) outputs(g.outChannels % 8);
      f.advance(this.inputBlock, channels * FLOAT);
      f.advance(this.resultRow, channels * g.outChannels * FLOAT);
    };
    f.setOffset(this.inputBlock, source, sourceOffset);
    f.setOffset(this.resultRow, result, resultOffset);
    f.repeat(Math.floor(g.inChannels / TILE_INPUTS), () => inputs(TILE_INPUTS));
    if (g.inChannels % TILE_INPUTS > 0) inputs(g.inChannels % TILE_INPUTS);
  }

  private emitTile(rows: number, inputs: number, outputs: number): void {
    const { f, g } = this;
    const vectors = Math.ceil(outputs / 4);
    const lanes = (v: number) => Math.min(4, outputs - 4 * v);
    const sum = (i: number, v: number) => this.sums[i * TILE_VECTORS + v] as Local;
    const at = (i: number, v: number) => (i * g.outChannels + v * 4) * FLOAT;
    for (let i = 0; i < inputs; i++)
      for (let v = 0; v < vectors; v++) f.loadLanes(this.resultBlock, at(i, v), lanes(v)).set(sum(i, v));
    f.setOffset(this.rowSource, this.inputBlock, 0);
    f.setOffset(this.rowGradient, this.gradientBlock, 0);
    f.repeat(rows, () => {
      f.setOffset(this.source, this.rowSource, 0);
      f.setOffset(this.gradient, this.rowGradient, 0);
      f.repeat(g.columns, () => {
        for (let v = 0; v < vectors; v++)
          f.loadLanes(this.gradient, v * 16, lanes(v)).set(this.lanes[v] as Local);
        for (let i = 0; i < inputs; i++) {
          f.loadSplat(this.source, i * FLOAT).set(this.input);
          for (let v = 0; v < vectors; v++) f.multiplyAdd(sum(i, v), this.input, this.lanes[v] as Local);
        }
        f.advance(this.source, g.sourcePixelStep);
        f.advance(this.gradient, g.outChannels * FLOAT);
      });
      f.advance(this.rowSource, g.sourceRowStep);
      f.advance(this.rowGradient, g.columns * g.outChannels * FLOAT);
    });
    for (let i = 0; i < inputs; i++)
      for (let v = 0; v < vectors; v++) f.storeLanes(this.resultBlock, at(i, v), sum(i, v), lanes(v));
  }
}
