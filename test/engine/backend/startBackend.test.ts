import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { startBackend } from '../../../webview/engine/backend/startBackend';
import { readWasmBinary } from '../support/startWasm';

// tfjs starts a backend once per process, so the refusals come first.
describe('startBackend in Node', () => {
  it('refuses bytes that are no WASM module, instead of waiting for ever', async () => {
    await expect(startBackend({ choice: 'wasm', wasm: new Uint8Array([1, 2, 3]) })).rejects.toMatchObject({
      code: 'engine/bad-wasm',
    });
  });

  it('says so when there is no WASM SIMD', async () => {
    tf.env().set('WASM_HAS_SIMD_SUPPORT', false);
    await expect(startBackend({ choice: 'auto', wasm: readWasmBinary() })).rejects.toMatchObject({
      code: 'engine/no-simd',
    });
    tf.env().set('WASM_HAS_SIMD_SUPPORT', true);
  });

  it('cannot be talked into WebGL where there is none', async () => {
    await expect(startBackend({ choice: 'webgl', wasm: readWasmBinary() })).rejects.toMatchObject({
      code: 'engine/no-webgl',
    });
  });

  it('starts WASM from the bytes, fetching nothing', async () => {
    const fetch = vi.spyOn(globalThis, 'fetch');
    const { platform } = tf.env();
    const started = await startBackend({ choice: 'auto', wasm: readWasmBinary() });
    expect(started).toMatchObject({ backend: 'wasm', reason: expect.stringContaining('WebGL') as string });
    expect(tf.getBackend()).toBe('wasm');
    expect([...tf.add([1, 2], [3, 4]).dataSync()]).toEqual([4, 6]);
    expect(fetch).not.toHaveBeenCalled();
    expect(tf.env().platform).toBe(platform);
    fetch.mockRestore();
  });

  it('may be called again', async () => {
    await expect(startBackend({ choice: 'wasm', wasm: readWasmBinary() })).resolves.toMatchObject({
      backend: 'wasm',
    });
  });
});
