import {
  emitConvolutions,
  forwardConvolution,
  inputGradientPhases,
  packedFloats,
  TILE_CHANNELS,
} from './emitConvolution';
import { emitFilterGradient } from './emitFilterGradient';
import { type ConvGeometry, paddedFloats, paddedInput, paddedOutputGradient } from './convGeometry';
import { encodeModule } from './wasmEncoder';

type Kernel = (
  source: number,
  weightsOrGradient: number,
  result: number,
  scratch: number,
  images: number,
) => void;

/** The three kernels of one convolution shape, compiled. */
export interface ConvolutionModule {
  forward: Kernel;
  inputGradient: Kernel;
  filterGradient: Kernel;
  forwardWeights: number;
  gradientWeights: number;
  /** [kh, kw, I, O] -> packed for `forward`. */
  packForward(filter: Float32Array, packed: Float32Array): void;
  packGradient(filter: Float32Array, packed: Float32Array): void;
  /** Floats of zeroed scratch for `forward` and `filterGradient`, and for `inputGradient`. */
  inputScratch: number;
  gradientScratch: number;
}

export function compileConvolution(
  g: ConvGeometry,
  memory: WebAssembly.Memory,
  relaxed: boolean,
): ConvolutionModule {
  const phases = inputGradientPhases(g);
  const bytes = encodeModule([
    emitConvolutions(
      'forward',
      { rows: g.inHeight, columns: g.inWidth, channels: g.inChannels },
      g.outHeight * g.outWidth * g.outChannels,
      [forwardConvolution(g)],
      relaxed,
    ),
    emitConvolutions(
      'inputGradient',
      { rows: g.outHeight, columns: g.outWidth, channels: g.outChannels },
      g.inHeight * g.inWidth * g.inChannels,
      phases.map(({ convolution }) => convolution),
      relaxed,
    ),
    emitFilterGradient(g, relaxed),
  ]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const { forward, inputGradient, filterGradient } = instance.exports as unknown as Record<string, Kernel>;
  const { kernelHeight, kernelWidth, inChannels, outChannels } = g;
  return {
    forward: forward as Kernel,
    inputGradient: inputGradient as Kernel,
    filterGradient: filterGradient as Kernel,
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
    inputScratch: paddedFloats(paddedInput(g)),
    gradientScratch: paddedFloats(paddedOutputGradient(g)),
  };
}

/** Lanes of the block that holds the `rest` last channels: 8, or 4 if these suffice. */
function laneCount(rest: number): number {
  return rest > 4 ? TILE_CHANNELS : 4;
}
