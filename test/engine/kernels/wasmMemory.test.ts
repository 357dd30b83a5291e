import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { WasmMemory } from '../../../webview/engine/kernels/emitted/wasmMemory';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

/** More than half of the 4 GB there can be. */
const FLOATS = 550_000_000;

describe('WasmMemory', () => {
  it('refuses what does not fit, in its own allocations and in those of TensorFlow.js, and goes on', () => {
    const heap = WasmMemory.of(tf.backend());
    const refused = expect.objectContaining({
      code: 'engine/out-of-memory',
      message: expect.stringContaining('Choose a smaller batch') as string,
    }) as Error;
    const first = heap.allocate([FLOATS]);
    expect(() => heap.allocate([FLOATS])).toThrow(refused);
    expect(() => heap.scratch('too large', FLOATS)).toThrow(refused);
    expect(() => tf.tidy(() => tf.fill([FLOATS], 1))).toThrow(refused);
    heap.release(first);
    tf.tidy(() => {
      expect([...tf.add(tf.tensor1d([1, 2]), 1).dataSync()]).toEqual([2, 3]);
    });
    expect(heap.floatsAt(heap.scratch('too large', 4), 4)).toEqual(new Float32Array(4));
  });
});
