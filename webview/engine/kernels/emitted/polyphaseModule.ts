import type { ConvGeometry } from './convGeometry';
import type { ConvolutionKernel, ConvolutionModule } from './convolutionTypes';
import { TILE_CHANNELS } from './emitConvolution';
import {
  emitPolyphaseFilterGradient,
  emitPolyphaseForward,
  emitPolyphaseInputGradient,
} from './emitPolyphase';
import { planPolyphase, polyphaseScratch } from './polyphasePlan';
import { gatherTaps, LINE, MATRICES, spreadTaps } from './polyphaseTransforms';
import { instantiate } from './wasmMemory';

const TAPS = 9;
const EVEN_ODD = LINE * LINE;
const ODD_EVEN = EVEN_ODD + LINE;
const ODD_ODD = ODD_EVEN + LINE;

/** Kernels for a 3 x 3 convolution of stride 2 whose images are whole tiles and whose channels come in fours. */
export function compilePolyphase(
  g: ConvGeometry,
  memory: WebAssembly.Memory,
  relaxed: boolean,
): ConvolutionModule {
  const { inChannels, outChannels } = g;
  const plan = planPolyphase(g);
  const kernels = instantiate<'forward' | 'inputGradient' | 'filterGradient', ConvolutionKernel>(memory, [
    emitPolyphaseForward(plan, relaxed),
    emitPolyphaseInputGradient(plan, relaxed),
    emitPolyphaseFilterGradient(plan, relaxed),
  ]);
  const pairs = inChannels * outChannels;
  const floats = (address: number, length: number) => new Float32Array(memory.buffer, address, length);
  const packer = (back: boolean, place: Place) => (filter: number, packed: number) => {
    const [from, to] = [floats(filter, TAPS * pairs), floats(packed, MATRICES * pairs)];
    pack(from, to, inChannels, outChannels, back, place);
  };
  return {
    ...kernels,
    forwardWeights: MATRICES * pairs,
    gradientWeights: MATRICES * pairs,
    packForward: packer(false, (i, o) => packedPlace(inChannels, outChannels, i, o)),
    packGradient: packer(true, (i, o) => packedPlace(outChannels, inChannels, o, i)),
    filterSums: MATRICES * pairs,
    finishFilterGradient(sums, gradient) {
      finish(floats(sums, MATRICES * pairs), floats(gradient, TAPS * pairs), pairs);
    },
    inputScratch: polyphaseScratch(plan, plan.paddedInput),
    gradientScratch: polyphaseScratch(plan, plan.paddedGradient),
    imagesPerGroup: plan.imagesPerGroup,
  };
}

/** Where the weight from an input channel to an output channel stands in its matrix. */
type Place = (input: number, output: number) => number;

/** Where a weight stands in a packed matrix: blocks of 8 (the last may be of 4) channels `to`, each [from, 8]. */
function packedPlace(from: number, to: number, input: number, output: number): number {
  const block = output - (output % TILE_CHANNELS);
  return block * from + input * Math.min(TILE_CHANNELS, to - block) + (output - block);
}

const taps = new Float64Array(TAPS);
const half = new Float64Array(3 * LINE);
const matrices = new Float64Array(MATRICES);

/** @param back with the taps of even rows and columns exchanged, as the input gradient meets them */
function pack(
  filter: Float32Array,
  packed: Float32Array,
  inputs: number,
  outputs: number,
  back: boolean,
  place: Place,
): void {
  const pairs = inputs * outputs;
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      const pair = i * outputs + o;
      for (let ky = 0; ky < 3; ky++) {
        for (let kx = 0; kx < 3; kx++) {
          const tap = back ? (2 - ky) * 3 + 2 - kx : ky * 3 + kx;
          taps[ky * 3 + kx] = filter[tap * pairs + pair]!;
        }
      }
      // Taps 0 and 2 of even lines, tap 1 of odd ones.
      for (const row of [0, 2]) spreadTaps(taps, row * 3, 2, half, row * LINE, 1);
      for (let column = 0; column < LINE; column++)
        spreadTaps(half, column, 2 * LINE, matrices, column, LINE);
      spreadTaps(taps, 1, 6, matrices, EVEN_ODD, 1);
      spreadTaps(taps, 3, 2, matrices, ODD_EVEN, 1);
      matrices[ODD_ODD] = taps[4]!;
      const at = place(i, o);
      for (let matrix = 0; matrix < MATRICES; matrix++) packed[matrix * pairs + at] = matrices[matrix]!;
    }
  }
}

/** Sums [MATRICES, pairs] -> filter gradient [3, 3, pairs]. */
function finish(sums: Float32Array, gradient: Float32Array, pairs: number): void {
  for (let pair = 0; pair < pairs; pair++) {
    for (let matrix = 0; matrix < MATRICES; matrix++) matrices[matrix] = sums[matrix * pairs + pair]!;
    for (let row = 0; row < LINE; row++) gatherTaps(matrices, row * LINE, 1, half, row * 2, 1);
    for (const column of [0, 1]) gatherTaps(half, column, 2, taps, column * 2, 6);
    gatherTaps(matrices, EVEN_ODD, 1, taps, 1, 6);
    gatherTaps(matrices, ODD_EVEN, 1, taps, 3, 2);
    taps[4] = matrices[ODD_ODD]!;
    for (let tap = 0; tap < TAPS; tap++) gradient[tap * pairs + pair] = taps[tap]!;
  }
}
