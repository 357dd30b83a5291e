/** The gradient of max pooling; forward, the WASM backend's own kernel is fast and right. */
import type { KernelFunc, MaxPoolGradAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util } from '@tensorflow/tfjs-core';
import { emitMaxPoolGradient, type PoolGeometry } from './emitMaxPoolGradient';
import { instantiate, WasmMemory } from './wasmMemory';

type MaxPoolGradient = (dy: number, y: number, x: number, dx: number, images: number) => void;

const compiled = new WeakMap<WasmMemory, Map<string, MaxPoolGradient>>();

/** In place of tfjs's MaxPoolGrad: input [N, H, W, C], output and dy [N, H', W', C] -> the input's gradient. */
export const maxPoolGradientKernel: KernelFunc = ({ inputs, backend, attrs }) => {
  const { dy, input, output } = inputs as Record<'dy' | 'input' | 'output', TensorInfo>;
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPoolGradAttrs;
  const shape = input.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const heap = WasmMemory.of(backend);
  const dx = heap.allocate(input.shape);
  heap.floats(dx).fill(0);
  const run = gradientOf(heap, {
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    channels: info.inChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  });
  run(heap.address(dy), heap.address(output), heap.address(input), heap.address(dx), info.batchSize);
  return dx;
};

/** The kernel for that shape, compiled when it is first met. */
function gradientOf(heap: WasmMemory, geometry: PoolGeometry): MaxPoolGradient {
  const known = compiled.get(heap) ?? new Map<string, MaxPoolGradient>();
  compiled.set(heap, known);
  const key = Object.values(geometry).join(' ');
  const found =
    known.get(key) ??
    instantiate<'maxPoolGradient', MaxPoolGradient>(heap.memory, [emitMaxPoolGradient(geometry)])
      .maxPoolGradient;
  known.set(key, found);
  return found;
}
