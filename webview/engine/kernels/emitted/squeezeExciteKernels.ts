import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { SqueezeExciteAttributes } from '../squeezeExcite';
import { averageImages } from './averageImages';
import { BatchExcitation } from './batchExcitation';
import { channelPasses, Coefficients } from './channelPasses';
import { FLOAT } from './convGeometry';
import { type KernelInputs, WasmMemory } from './wasmMemory';

/** Signature: ../squeezeExcite.ts. */
export const squeezeExciteKernel: KernelFunc = ({ inputs, backend, attrs }) => {
  const block = new Block(inputs, backend, attrs as unknown as SqueezeExciteAttributes);
  const { heap, images, channels, excitation, passes } = block;
  const y = heap.allocate([...block.shape]);
  const squeezed = heap.allocate([images, channels]);
  const kept = excitation.allocate();
  const coefficients = new Coefficients(heap, '', channels, images);
  averageImages(heap, block.x, squeezed);
  excitation.forward(heap.floats(squeezed), kept);
  const zeros = new Float32Array(channels);
  coefficients.set('mean', zeros);
  coefficients.set('offset', zeros);
  coefficients.setOfImages('scale', 0, new Float32Array(channels).fill(1), heap.floats(kept.gates));
  const x = heap.address(block.x);
  for (let image = 0; image < images; image++) {
    const at = image * block.imageBytes;
    passes.apply(x + at, 0, coefficients.of(image), heap.address(y) + at);
  }
  return [y, squeezed, kept.hidden, kept.gates];
};

/** Signature: ../squeezeExcite.ts. */
export const squeezeExciteGradientKernel: KernelFunc = ({ inputs, backend, attrs }) => {
  const block = new Block(inputs, backend, attrs as unknown as SqueezeExciteAttributes);
  const { heap, images, channels, pixels, excitation, passes } = block;
  const dx = heap.allocate([...block.shape]);
  const gradients = excitation.allocateGradients();
  const sumsAddress = heap.scratch('image sums', images * 2 * channels);
  const coefficients = new Coefficients(heap, '', channels, images);
  const zeros = new Float32Array(channels);
  coefficients.set('mean', zeros);
  coefficients.set('curve', zeros);
  const [x, dy] = [heap.address(block.x), heap.address((inputs as KernelInputs)['dy'] as TensorInfo)];
  for (let image = 0; image < images; image++) {
    const [at, sums] = [image * block.imageBytes, sumsAddress + image * 2 * channels * FLOAT];
    passes.gradientSums(dy + at, 0, x + at, coefficients.of(image), sums, 0);
  }
  const sums = heap.floatsAt(sumsAddress, images * 2 * channels);
  // The second sums, of dy x.
  const gateGradients = new Float32Array(images * channels).map(
    (_, at) => sums[at + (Math.floor(at / channels) + 1) * channels]!,
  );
  const squeezed = heap.floats((inputs as KernelInputs)['squeezed'] as TensorInfo);
  excitation.backward(gateGradients, squeezed, gradients);
  const gates = heap.floats((inputs as KernelInputs)['gates'] as TensorInfo);
  coefficients.setOfImages('slope', 0, new Float32Array(channels).fill(1), gates);
  coefficients.setOfImages('constant', 0, new Float32Array(channels).fill(1 / pixels), gradients.squeezed);
  for (let image = 0; image < images; image++) {
    const at = image * block.imageBytes;
    passes.gradientApply(dy + at, x + at, coefficients.of(image), heap.address(dx) + at);
  }
  return [dx, ...gradients.tensors];
};

class Block {
  readonly heap: WasmMemory;
  readonly x: TensorInfo;
  readonly shape: readonly number[];
  readonly images: number;
  readonly pixels: number;
  readonly channels: number;
  readonly imageBytes: number;
  readonly excitation: BatchExcitation;
  readonly passes;

  constructor(inputs: KernelInputs, backend: unknown, { gate }: SqueezeExciteAttributes) {
    this.heap = WasmMemory.of(backend);
    this.x = inputs['x'] as TensorInfo;
    this.shape = this.x.shape;
    const [images, height, width, channels] = this.shape as [number, number, number, number];
    [this.images, this.pixels, this.channels] = [images, height * width, channels];
    this.imageBytes = this.pixels * channels * FLOAT;
    const excitation = BatchExcitation.of(this.heap, inputs, images, gate);
    if (!excitation) throw new RangeError('The block has no excitation weights');
    this.excitation = excitation;
    this.passes = channelPasses(this.heap, { pixels: this.pixels, channels, relu: false, residual: false });
  }
}
