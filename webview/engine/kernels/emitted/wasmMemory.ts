import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { PlaygroundError } from '../../../../src/core/errors';
import { FunctionEncoder, encodeModule } from './wasmEncoder';

/** A kernel's inputs by name; some may be left out. */
export type KernelInputs = Record<string, TensorInfo | undefined>;

/** What tfjs's typings leave out of its Emscripten module. */
interface EmscriptenHeap {
  asm?: { memory?: unknown };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/**
 * The heap of tfjs's WASM backend, seen from kernels of our own: they import its memory and work on tensors in place.
 *
 * tfjs does not declare the Emscripten module's `asm`; this file is the only one that relies on it.
 */
export class WasmMemory {
  private static readonly known = new WeakMap<BackendWasm, WasmMemory>();
  readonly memory: WebAssembly.Memory;
  private readonly scratches = new Map<string, { address: number; floats: number }>();

  /** The one view of that backend's heap. */
  static of(backend: unknown): WasmMemory {
    const wasm = backend as BackendWasm;
    const heap = WasmMemory.known.get(wasm) ?? new WasmMemory(wasm);
    WasmMemory.known.set(wasm, heap);
    return heap;
  }

  private constructor(private readonly backend: BackendWasm) {
    const { asm } = backend.wasm as unknown as EmscriptenHeap;
    if (!(asm?.memory instanceof WebAssembly.Memory)) {
      throw new PlaygroundError(
        'engine/no-memory',
        'This build of TensorFlow.js hides its WASM memory; our kernels cannot run on it.',
      );
    }
    this.memory = asm.memory;
    refuseFailedAllocations(backend.wasm as unknown as EmscriptenHeap);
  }

  /** Byte address of a tensor's first element. */
  address(tensor: TensorInfo): number {
    return this.backend.getMemoryOffset(tensor.dataId);
  }

  /** The floats of a tensor. Valid until the next allocation, which may move the memory. */
  floats(tensor: TensorInfo): Float32Array {
    const length = tensor.shape.reduce((product, size) => product * size, 1);
    return this.floatsAt(this.address(tensor), length);
  }

  floatsAt(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** A new float32 tensor with undefined content. */
  allocate(shape: number[]): TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** Frees a tensor from `allocate` that is no kernel's output. */
  release(tensor: TensorInfo): void {
    this.backend.disposeData(tensor.dataId);
  }

  /**
   * Byte address of a lasting piece of memory. The first call with a key fills it with zeros; a user who writes keeps to the same places every time.
   */
  scratch(key: string, floats: number): number {
    const known = this.scratches.get(key);
    if (known && known.floats >= floats) return known.address;
    const heap = this.backend.wasm as unknown as EmscriptenHeap;
    if (known) {
      heap._free(known.address);
      this.scratches.delete(key);
    }
    const address = heap._malloc(floats * 4);
    this.floatsAt(address, floats).fill(0);
    this.scratches.set(key, { address, floats });
    return address;
  }
}

/**
 * Emscripten's malloc answers 0 where there is no memory left, and TensorFlow.js takes that for an address: it would go on computing over what is
 * there.
 *
 * @throws PlaygroundError `engine/out-of-memory` from then on, instead
 */
function refuseFailedAllocations(heap: EmscriptenHeap): void {
  // The first call puts the real function in its own place.
  heap._free(heap._malloc(1));
  const { _malloc } = heap;
  heap._malloc = (bytes) => {
    const address = _malloc(bytes) >>> 0;
    if (address !== 0) return address;
    const message =
      'The model needs more memory than the 4 GB a WebAssembly worker can have. Choose a smaller batch or fewer channels.';
    throw new PlaygroundError('engine/out-of-memory', message);
  };
}

/** Floats in scratch memory. */
export class HeapFloats {
  readonly address: number;
  private view: Float32Array;

  constructor(
    private readonly heap: WasmMemory,
    key: string,
    private readonly length: number,
  ) {
    this.address = heap.scratch(key, length);
    this.view = heap.floatsAt(this.address, length);
  }

  /** Valid until the next allocation. */
  get values(): Float32Array {
    // The memory has moved since.
    if (this.view.buffer !== this.heap.memory.buffer) {
      this.view = this.heap.floatsAt(this.address, this.length);
    }
    return this.view;
  }
}

/** Compiles the functions over that memory; the result has them under their names. */
export function instantiate<Name extends string, Kernel>(
  memory: WebAssembly.Memory,
  functions: readonly FunctionEncoder[],
): Record<Name, Kernel> {
  const module = new WebAssembly.Module(encodeModule(functions));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Record<Name, Kernel>;
}

let relaxedSimd: boolean | undefined;

/** Whether this engine has relaxed SIMD's fused multiply-add: Chromium and Node 22 do, Node 20 only behind a flag. */
export function hasRelaxedSimd(): boolean {
  if (relaxedSimd === undefined) {
    const probe = new FunctionEncoder('probe', [], true);
    const lanes = probe.local('v128');
    probe.multiplyAdd(lanes, lanes, lanes);
    relaxedSimd = WebAssembly.validate(encodeModule([probe]));
  }
  return relaxedSimd;
}
