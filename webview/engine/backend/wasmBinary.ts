import { env } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { PlaygroundError } from '../../../src/core/errors';

/** Made-up address under which tfjs asks for its binary; nothing is ever fetched from it. */
const MEMORY_FOLDER = 'memory:/';

/**
 * Runs `start`, which makes tfjs load its WASM binary, with that binary answered from `wasm` instead of a URL: a worker in a webview can
 * hang when it fetches webview resources. The platform's own fetch is back when the promise settles.
 *
 * @param wasm content of `tfjs-backend-wasm-simd.wasm`
 * @throws PlaygroundError `engine/no-simd` if this JavaScript engine has no WASM SIMD, `engine/bad-wasm` if the bytes are no WASM module
 */
export async function withWasmBinary<T>(wasm: Uint8Array, start: () => Promise<T>): Promise<T> {
  if (!(await env().getAsync('WASM_HAS_SIMD_SUPPORT'))) {
    throw new PlaygroundError(
      'engine/no-simd',
      'This version of VS Code or of the browser cannot run WebAssembly SIMD, which training on the CPU needs. Update it, or choose the WebGL backend in the settings.',
    );
  }
  const bytes = Uint8Array.from(wasm);
  // Checked first because tfjs waits for ever when compilation fails.
  if (!WebAssembly.validate(bytes)) {
    throw new PlaygroundError(
      'engine/bad-wasm',
      'The TensorFlow.js WASM file of this extension is damaged. Install the extension again.',
    );
  }
  // Only one binary is handed in, and webviews have no SharedArrayBuffer anyway.
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(MEMORY_FOLDER, true);
  const { platformName, platform } = env();
  env().platform = Object.assign(Object.create(platform) as typeof platform, {
    fetch: (path: string, ...rest: [RequestInit?]) =>
      path.startsWith(MEMORY_FOLDER)
        ? Promise.resolve(new Response(bytes, { headers: { 'content-type': 'application/wasm' } }))
        : platform.fetch(path, ...rest),
  });
  try {
    return await start();
  } finally {
    env().platform = platform;
    env().platformName = platformName;
  }
}
