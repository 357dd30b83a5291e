/** Kernels of the network's head: global average pooling and the loss. They are small, so plain loops do for what is not a pass over images. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { CrossEntropyAttributes } from '../softmaxCrossEntropy';
import { averageImages } from './averageImages';
import { WasmMemory } from './wasmMemory';

/** Signature: ../globalPool.ts. */
export const globalAveragePoolKernel: KernelFunc = ({ inputs, backend }) => {
  const { x } = inputs as { x: TensorInfo };
  const [images, , , channels] = x.shape as [number, number, number, number];
  const heap = WasmMemory.of(backend);
  const means = heap.allocate([images, channels]);
  averageImages(heap, x, means);
  return means;
};

/** Signature: ../globalPool.ts. */
export const globalAveragePoolGradientKernel: KernelFunc = ({ inputs, backend, attrs }) => {
  const { dy } = inputs as { dy: TensorInfo };
  const { height, width } = attrs as unknown as { height: number; width: number };
  const [images, channels] = dy.shape as [number, number];
  const heap = WasmMemory.of(backend);
  const dx = heap.allocate([images, height, width, channels]);
  const [from, to] = [heap.floats(dy), heap.floats(dx)];
  const pixels = height * width;
  const size = pixels * channels;
  for (let image = 0; image < images; image++) {
    const start = image * size;
    for (let c = 0; c < channels; c++) to[start + c] = from[image * channels + c]! / pixels;
    // Every copy doubles what is there.
    for (let done = channels; done < size; done *= 2) {
      to.copyWithin(start + done, start, start + Math.min(done, size - done));
    }
  }
  return dx;
};

/** Signature: ../softmaxCrossEntropy.ts. */
export const crossEntropyKernel: KernelFunc = ({ inputs, backend, attrs }) => {
  const { logits, labels } = inputs as { logits: TensorInfo; labels: TensorInfo };
  const { labelSmoothing } = attrs as unknown as CrossEntropyAttributes;
  const [images, classes] = logits.shape as [number, number];
  const heap = WasmMemory.of(backend);
  const [loss, gradient] = [heap.allocate([]), heap.allocate([images, classes])];
  const classOf = new Int32Array(heap.memory.buffer, heap.address(labels), images);
  const [scores, slopes] = [heap.floats(logits), heap.floats(gradient)];
  let total = 0;
  for (let image = 0; image < images; image++) {
    const row = scores.subarray(image * classes, (image + 1) * classes);
    let largest = -Infinity;
    // Math.max lets NaN through.
    for (const score of row) largest = Math.max(largest, score);
    let sum = 0;
    for (const score of row) sum += Math.exp(score - largest);
    const logSum = Math.log(sum);
    for (let k = 0; k < classes; k++) {
      const target = (classOf[image] === k ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      const logProbability = row[k]! - largest - logSum;
      total -= target * logProbability;
      slopes[image * classes + k] = (Math.exp(logProbability) - target) / images;
    }
  }
  heap.floats(loss)[0] = total / images;
  return [loss, gradient];
};
