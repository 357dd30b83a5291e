import {
  COEFFICIENTS,
  emitApply,
  emitGradientApply,
  emitGradientSums,
  emitStatistics,
  type Coefficient,
  type PassShape,
} from './emitChannelPasses';
import { FLOAT } from './convGeometry';
import { hasRelaxedSimd, HeapFloats, instantiate, type WasmMemory } from './wasmMemory';

/** The passes of emitChannelPasses, compiled: each works on ONE image; all arguments are addresses. */
export interface ChannelPasses {
  statistics(x: number, coefficients: number, sums: number): void;
  apply(x: number, residual: number, coefficients: number, y: number): void;
  gradientSums(dy: number, y: number, x: number, coefficients: number, sums: number, g: number): void;
  gradientApply(g: number, x: number, coefficients: number, dx: number): void;
}

const compiled = new WeakMap<WasmMemory, Map<string, ChannelPasses>>();

/** The passes for that shape, compiled when it is first met. */
export function channelPasses(heap: WasmMemory, shape: PassShape): ChannelPasses {
  const known = compiled.get(heap) ?? new Map<string, ChannelPasses>();
  compiled.set(heap, known);
  const key = `${shape.pixels} ${shape.channels} ${shape.relu} ${shape.residual}`;
  const relaxed = hasRelaxedSimd();
  const passes =
    known.get(key) ??
    (instantiate(heap.memory, [
      emitStatistics(shape, relaxed),
      emitApply(shape, relaxed),
      emitGradientSums(shape, relaxed),
      emitGradientApply(shape, relaxed),
    ]) as unknown as ChannelPasses);
  known.set(key, passes);
  return passes;
}

/** The coefficients that a pass reads, in scratch memory: the same for all images, or a block of them for each. */
export class Coefficients {
  private readonly memory: HeapFloats;
  private readonly block: number;

  /**
   * @param key tells it from others that are in use at the same time
   * @param blocks 1, or the number of images
   */
  constructor(
    heap: WasmMemory,
    key: string,
    private readonly channels: number,
    private readonly blocks = 1,
  ) {
    this.block = COEFFICIENTS.length * channels;
    this.memory = new HeapFloats(heap, `coefficients ${key}`, blocks * this.block);
  }

  /** Address of an image's coefficients. */
  of(image: number): number {
    return this.memory.address + (this.blocks > 1 ? image * this.block * FLOAT : 0);
  }

  /** Sets one coefficient of all images to the channels' `values`. */
  set(which: Coefficient, values: ArrayLike<number>): void {
    const { values: memory } = this.memory;
    const start = COEFFICIENTS.indexOf(which) * this.channels;
    for (let at = start; at < memory.length; at += this.block) {
      for (let c = 0; c < this.channels; c++) memory[at + c] = values[c]!;
    }
  }

  /** Sets one coefficient of the images from `start`: values[c] * factors[image, c] + addends[c] + added[image, c]; the last two may be left out. */
  setOfImages(
    which: Coefficient,
    start: number,
    values: ArrayLike<number>,
    factors: Float32Array,
    addends?: ArrayLike<number>,
    added?: Float32Array,
  ): void {
    const { values: memory } = this.memory;
    const { channels } = this;
    let at = start * this.block + COEFFICIENTS.indexOf(which) * channels;
    for (let row = 0; row < factors.length; row += channels) {
      for (let c = 0; c < channels; c++) {
        const product = values[c]! * factors[row + c]!;
        memory[at + c] = addends && added ? product + addends[c]! + added[row + c]! : product;
      }
      at += this.block;
    }
  }
}
