import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { StartedBackend } from '../../../webview/engine/backend/chooseBackend';
import { startBackend } from '../../../webview/engine/backend/startBackend';

/** The SIMD binary of the installed TensorFlow.js WASM backend. */
export function readWasmBinary(): Uint8Array {
  const path = createRequire(import.meta.url).resolve(
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  );
  return new Uint8Array(readFileSync(path));
}

/** Starts the WASM backend in Node, as the worker does in the panel. */
export function startWasm(): Promise<StartedBackend> {
  return startBackend({ choice: 'wasm', wasm: readWasmBinary() });
}
