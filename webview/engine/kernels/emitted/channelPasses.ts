import {
  COEFFICIENTS,
  emitApply,
  emitGradientApply,
  emitGradientSums,
  emitStatistics,
  type Coefficient,
  type PassShape,
} from './emitChannelPasses';
import { hasRelaxedSimd, instantiate, type WasmMemory } from './wasmMemory';

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
  readonly address: number;
  private readonly values: Float32Array;

  /** Valid until the next allocation, which may move the memory. */
  constructor(
    heap: WasmMemory,
    private readonly channels: number,
  ) {
    const floats = COEFFICIENTS.length * channels;
    this.address = heap.scratch('coefficients', floats);
    this.values = heap.floatsAt(this.address, floats);
  }

  /** Sets one coefficient of every channel. */
  set(which: Coefficient, value: (channel: number) => number): void {
    const start = COEFFICIENTS.indexOf(which) * this.channels;
    for (let channel = 0; channel < this.channels; channel++) this.values[start + channel] = value(channel);
  }
}
