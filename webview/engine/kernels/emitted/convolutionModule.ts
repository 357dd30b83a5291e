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
import type { ConvolutionKernel, ConvolutionModule } from './convolutionTypes';
import { compilePolyphase } from './polyphaseModule';
import { suitsPolyphase } from './polyphasePlan';
import { instantiate } from './wasmMemory';
import { compileWinograd } from './winogradModule';

/** The fastest kernels there are for that shape. */
export function compileConvolution(
  geometry: ConvGeometry,
  memory: WebAssembly.Memory,
  relaxed: boolean,
): ConvolutionModule {
  if (suitsWinograd(geometry)) return compileWinograd(geometry, memory, relaxed);
  if (suitsPolyphase(geometry)) return compilePolyphase(geometry, memory, relaxed);
  return compileDirect(geometry, memory, relaxed);
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
  const weights = kernelHeight * kernelWidth * inChannels * outChannels;
  const floats = (address: number, length: number) => new Float32Array(memory.buffer, address, length);
  const gradientWeights = phases.reduce(
    (sum, { rowTaps, columnTaps }) =>
      sum + packedFloats(rowTaps.length * columnTaps.length * outChannels, inChannels),
    0,
  );
  const forwardWeights = packedFloats(kernelHeight * kernelWidth * inChannels, outChannels);
  return {
    forward,
    inputGradient,
    filterGradient,
    forwardWeights,
    gradientWeights,
    packForward(filterAddress, packedAddress) {
      const [filter, packed] = [floats(filterAddress, weights), floats(packedAddress, forwardWeights)];
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
    packGradient(filterAddress, packedAddress) {
      const [filter, packed] = [floats(filterAddress, weights), floats(packedAddress, gradientWeights)];
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
    filterSums: weights,
    finishFilterGradient: (sums, gradient) => floats(gradient, weights).set(floats(sums, weights)),
    inputScratch: paddedFloats(paddedInput(g)),
    gradientScratch: paddedFloats(paddedOutputGradient(g)),
    imagesPerGroup: 1,
  };
}

/** Lanes of the block that holds the `rest` last channels: 8, or 4 if these suffice. */
function laneCount(rest: number): number {
  return rest > 4 ? TILE_CHANNELS : 4;
}
