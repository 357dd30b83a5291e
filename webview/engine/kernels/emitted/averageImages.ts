import type { TensorInfo } from '@tensorflow/tfjs-core';
import { channelPasses, Coefficients } from './channelPasses';
import { FLOAT } from './convGeometry';
import type { WasmMemory } from './wasmMemory';

/** Writes the means of each image's channels: x [N, H, W, C] -> means [N, C]. */
export function averageImages(heap: WasmMemory, x: TensorInfo, means: TensorInfo): void {
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const pixels = height * width;
  const passes = channelPasses(heap, { pixels, channels, relu: false, residual: false });
  const sumsAddress = heap.scratch('image sums', images * 2 * channels);
  const coefficients = new Coefficients(heap, 'means', channels);
  coefficients.set('mean', new Float32Array(channels));
  for (let image = 0; image < images; image++) {
    const from = heap.address(x) + image * pixels * channels * FLOAT;
    passes.statistics(from, coefficients.of(image), sumsAddress + image * 2 * channels * FLOAT);
  }
  const sums = heap.floatsAt(sumsAddress, images * 2 * channels);
  const values = heap.floats(means);
  values.forEach((_, at) => (values[at] = sums[at + Math.floor(at / channels) * channels]! / pixels));
}
