import type { ConvGeometry } from './convGeometry';
import type { ConvolutionKernel, ConvolutionModule } from './convolutionModule';
import { TILE_CHANNELS } from './emitConvolution';
import { emitWinograd, emitWinogradFilterGradient, planWinograd, winogradScratch } from './emitWinograd';
import { instantiate } from './wasmMemory';
import { PRODUCTS, transformFilter, transformFilterGradient } from './winogradTransforms';

const TAPS = 9;

/** Kernels for a 3 x 3 convolution of stride 1 whose channels come in fours. */
export function compileWinograd(
  g: ConvGeometry,
  memory: WebAssembly.Memory,
  relaxed: boolean,
): ConvolutionModule {
  const { inChannels, outChannels } = g;
  const plan = planWinograd(g);
  // The input gradient is a convolution of the output gradient with the filter turned round and its channels exchanged.
  const back = planWinograd({
    ...g,
    inHeight: g.outHeight,
    inWidth: g.outWidth,
    inChannels: outChannels,
    outHeight: g.inHeight,
    outWidth: g.inWidth,
    outChannels: inChannels,
    padTop: 2 - g.padTop,
    padLeft: 2 - g.padLeft,
  });
  const { forward, inputGradient, filterGradient } = instantiate<
    'forward' | 'inputGradient' | 'filterGradient',
    ConvolutionKernel
  >(memory, [
    emitWinograd('forward', plan, relaxed),
    emitWinograd('inputGradient', back, relaxed),
    emitWinogradFilterGradient(plan, relaxed),
  ]);
  const pairs = inChannels * outChannels;
  return {
    forward,
    inputGradient,
    filterGradient,
    forwardWeights: PRODUCTS * pairs,
    gradientWeights: PRODUCTS * pairs,
    packForward(filter, packed) {
      const tap = (ky: number, kx: number, i: number, o: number) =>
        filter[(ky * 3 + kx) * pairs + i * outChannels + o] as number;
      packTransformed(packed, inChannels, outChannels, tap);
    },
    packGradient(filter, packed) {
      const tap = (ky: number, kx: number, o: number, i: number) =>
        filter[((2 - ky) * 3 + 2 - kx) * pairs + i * outChannels + o] as number;
      packTransformed(packed, outChannels, inChannels, tap);
    },
    filterSums: PRODUCTS * pairs,
    finishFilterGradient(sums, gradient) {
      const products = new Float64Array(PRODUCTS);
      const taps = new Float64Array(TAPS);
      for (let pair = 0; pair < pairs; pair++) {
        for (let product = 0; product < PRODUCTS; product++)
          products[product] = sums[product * pairs + pair] as number;
        transformFilterGradient(products, taps);
        for (let tap = 0; tap < TAPS; tap++) gradient[tap * pairs + pair] = taps[tap] as number;
      }
    },
    inputScratch: winogradScratch(plan),
    gradientScratch: winogradScratch(back),
    imagesPerGroup: plan.imagesPerGroup,
  };
}

/** Transformed filters as the dense kernel reads them: [PRODUCTS] times blocks of 8 (the last may be of 4) channels, each [from, 8]. */
function packTransformed(
  packed: Float32Array,
  from: number,
  to: number,
  tap: (ky: number, kx: number, from: number, to: number) => number,
): void {
  const taps = new Float64Array(TAPS);
  const products = new Float64Array(PRODUCTS);
  for (let output = 0; output < to; output++) {
    const block = output - (output % TILE_CHANNELS);
    const lanes = Math.min(TILE_CHANNELS, to - block);
    for (let input = 0; input < from; input++) {
      for (let ky = 0; ky < 3; ky++)
        for (let kx = 0; kx < 3; kx++) taps[ky * 3 + kx] = tap(ky, kx, input, output);
      transformFilter(taps, products);
      const at = block * from + input * lanes + (output - block);
      for (let product = 0; product < PRODUCTS; product++)
        packed[product * from * to + at] = products[product] as number;
    }
  }
}
