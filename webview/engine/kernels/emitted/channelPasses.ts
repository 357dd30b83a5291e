import {
  COEFFICIENTS,
  emitApply,
  emitGradientApply,
  emitGradientSums,
  emitStatistics,
  type Coefficient,
  type PassShape,
} from './emitChannelPasses';
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

/** The coefficients that a pass reads, in scratch memory. */
export class Coefficients {
  private readonly memory: HeapFloats;

  /** @param key tells it from others that are in use at the same time */
  constructor(
    heap: WasmMemory,
    key: string,
    private readonly channels: number,
  ) {
    this.memory = new HeapFloats(heap, `coefficients ${key}`, COEFFICIENTS.length * channels);
  }

  get address(): number {
    return this.memory.address;
  }

  /** Sets one coefficient of every channel. */
  set(which: Coefficient, value: (channel: number) => number): void {
    const { values } = this.memory;
    const start = COEFFICIENTS.indexOf(which) * this.channels;
    for (let channel = 0; channel < this.channels; channel++) values[start + channel] = value(channel);
  }
}
