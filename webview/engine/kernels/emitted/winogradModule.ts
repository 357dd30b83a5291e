import type { ConvGeometry } from './convGeometry';
import type { ConvolutionKernel, ConvolutionModule } from './convolutionTypes';
import { emitFilterGradientTransform, emitFilterTransform } from './emitFilterTransforms';
import { emitWinograd, emitWinogradFilterGradient, planWinograd, winogradScratch } from './emitWinograd';
import { instantiate } from './wasmMemory';
import { PRODUCTS } from './winogradTransforms';

const TAPS = 9;

type FilterKernel = (from: number, to: number) => void;

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
  const kernels = instantiate<'forward' | 'inputGradient' | 'filterGradient', ConvolutionKernel>(memory, [
    emitWinograd('forward', plan, relaxed),
    emitWinograd('inputGradient', back, relaxed),
    emitWinogradFilterGradient(plan, relaxed),
  ]);
  const pairs = inChannels * outChannels;
  const { pack, finish } = instantiate<'pack' | 'finish', FilterKernel>(memory, [
    emitFilterTransform(inChannels, outChannels, relaxed),
    emitFilterGradientTransform(pairs, relaxed),
  ]);
  const { pack: packBack } = instantiate<'pack', FilterKernel>(memory, [
    emitFilterTransform(outChannels, inChannels, relaxed),
  ]);
  return {
    ...kernels,
    forwardWeights: PRODUCTS * pairs,
    // Behind the packed weights lies the turned filter that they are made of.
    gradientWeights: (PRODUCTS + TAPS) * pairs,
    packForward: pack,
    packGradient(filter, packed) {
      const turned = packed + PRODUCTS * pairs * Float32Array.BYTES_PER_ELEMENT;
      turnFilter(
        new Float32Array(memory.buffer, filter, TAPS * pairs),
        new Float32Array(memory.buffer, turned, TAPS * pairs),
        inChannels,
        outChannels,
      );
      packBack(turned, packed);
    },
    filterSums: PRODUCTS * pairs,
    finishFilterGradient: finish,
    inputScratch: winogradScratch(plan),
    gradientScratch: winogradScratch(back),
    imagesPerGroup: plan.imagesPerGroup,
  };
}

/** [3, 3, I, O] -> [3, 3, O, I], turned by half a turn. */
function turnFilter(filter: Float32Array, turned: Float32Array, inputs: number, outputs: number): void {
  const pairs = inputs * outputs;
  for (let tap = 0; tap < TAPS; tap++) {
    const [from, to] = [tap * pairs, (TAPS - 1 - tap) * pairs];
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) turned[to + o * inputs + i] = filter[from + i * outputs + o]!;
    }
  }
}
