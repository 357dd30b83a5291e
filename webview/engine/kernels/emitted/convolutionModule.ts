import {
  emitConvolutions,
  forwardConvolution,
  inputGradientPhases,
  packedFloats,
  TILE_CHANNELS,
} from './emitConvolution';
import { emitFilterGradient } from './emitFilterGradient';
import { suitsWinograd } from './emitWinograd';
import { type ConvGeometry, paddedFloats, paddedInput, paddedOutputGradient } from './convGeometry';
import { instantiate } from './wasmMemory';
import { compileWinograd } from './winogradModule';

/** Addresses in the backend's memory, and how many images lie there. */
export type ConvolutionKernel = (
  source: number,
  weightsOrGradient: number,
  result: number,
  scratch: number,
  images: number,
) => void;

/** The three kernels of one convolution shape, compiled. */
export interface ConvolutionModule {
  /** Images, packed weights -> outputs. */
  forward: ConvolutionKernel;
  /** Output gradients, packed weights -> input gradients. */
  inputGradient: ConvolutionKernel;
  /** Images, output gradients -> adds to the sums, which must start at zero. */
  filterGradient: ConvolutionKernel;
  /** Floats of packed weights for `forward`, and for `inputGradient`. */
  forwardWeights: number;
  gradientWeights: number;
  /** [kh, kw, I, O] -> packed. */
  packForward(filter: Float32Array, packed: Float32Array): void;
  packGradient(filter: Float32Array, packed: Float32Array): void;
  /** Floats of sums, and what makes the filter gradient [kh, kw, I, O] of them. */
  filterSums: number;
  finishFilterGradient(sums: Float32Array, gradient: Float32Array): void;
  /** Floats of scratch, zero at first, for `forward` and `filterGradient`, and for `inputGradient`. */
  inputScratch: number;
  gradientScratch: number;
  /** Images that the kernels like to work on at once. */
  imagesPerGroup: number;
}

/** The fastest kernels there are for that shape. */
export function compileConvolution(
  geometry: ConvGeometry,
  memory: WebAssembly.Memory,
  relaxed: boolean,
): ConvolutionModule {
  return suitsWinograd(geometry)
    ? compileWinograd(geometry, memory, relaxed)
    : compileDirect(geometry, memory, relaxed);
}

/** Direct kernels, for every shape. */
function compileDirect(g: ConvGeometry, memory: WebAssembly.Memory, relaxed: boolean): ConvolutionModule {
  const phases = inputGradientPhases(g);
  const { kernelHeight, kernelWidth, inChannels, outChannels } = g;
  const { forward, inputGradient, filterGradient } = instantiate<
    'forward' | 'inputGradient' | 'filterGradient',
    ConvolutionKernel
  >(memory, [
    emitConvolutions(
      'forward',
      paddedInput(g),
      { rows: g.inHeight, columns: g.inWidth, channels: inChannels },
      g.outHeight * g.outWidth * outChannels,
      [forwardConvolution(g)],
      relaxed,
    ),
    emitConvolutions(
      'inputGradient',
      paddedOutputGradient(g),
      { rows: g.outHeight, columns: g.outWidth, channels: outChannels },
      g.inHeight * g.inWidth * inChannels,
      phases.map(({ convolution }) => convolution),
      relaxed,
    ),
    emitFilterGradient(g, relaxed),
  ]);
  return {
    forward,
    inputGradient,
    filterGradient,
    forwardWeights: packedFloats(kernelHeight * kernelWidth * inChannels, outChannels),
    gradientWeights: phases.reduce(
      (sum, { rowTaps, columnTaps }) =>
        sum + packedFloats(rowTaps.length * columnTaps.length * outChannels, inChannels),
      0,
    ),
    packForward(filter, packed) {
      let to = 0;
      for (let block = 0; block < outChannels; block += TILE_CHANNELS) {
        const lanes = laneCount(outChannels - block);
        for (let row = 0; row < kernelHeight * kernelWidth * inChannels; row++) {
          for (let lane = 0; lane < lanes; lane++)
            packed[to++] =
              block + lane < outChannels ? (filter[row * outChannels + block + lane] as number) : 0;
        }
      }
    },
    packGradient(filter, packed) {
      let to = 0;
      for (const { rowTaps, columnTaps } of phases) {
        for (let block = 0; block < inChannels; block += TILE_CHANNELS) {
          const lanes = laneCount(inChannels - block);
          for (const ky of rowTaps)
            for (const kx of columnTaps)
              for (let o = 0; o < outChannels; o++) {
                const from = ((ky * kernelWidth + kx) * inChannels + block) * outChannels + o;
                for (let lane = 0; lane < lanes; lane++)
                  packed[to++] =
                    block + lane < inChannels ? (filter[from + lane * outChannels] as number) : 0;
              }
        }
      }
    },
    filterSums: kernelHeight * kernelWidth * inChannels * outChannels,
    finishFilterGradient: (sums, gradient) => gradient.set(sums),
    inputScratch: paddedFloats(paddedInput(g)),
    gradientScratch: paddedFloats(paddedOutputGradient(g)),
    imagesPerGroup: 1,
  };
}

/** Lanes of the block that holds the `rest` last channels: 8, or 4 if these suffice. */
function laneCount(rest: number): number {
  return rest > 4 ? TILE_CHANNELS : 4;
}
