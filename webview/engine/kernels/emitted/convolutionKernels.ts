import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { compileConvolution, type ConvolutionModule } from './convolutionModule';
import { hasRelaxedSimd, WasmMemory } from './wasmMemory';

type Info = backend_util.Conv2DInfo;

interface Prepared {
  heap: WasmMemory;
  module: ConvolutionModule;
  key: string;
}

const heaps = new WeakMap<BackendWasm, WasmMemory>();
const modules = new WeakMap<WasmMemory, Map<string, ConvolutionModule>>();

/** The module for that shape, compiled when the shape is first met. */
function prepare(backend: unknown, info: Info): Prepared {
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) {
    throw new RangeError(
      'Dilated convolutions have no kernel in this playground; no model of ours uses one.',
    );
  }
  const wasm = backend as BackendWasm;
  const heap = heaps.get(wasm) ?? new WasmMemory(wasm);
  heaps.set(wasm, heap);
  const known = modules.get(heap) ?? new Map<string, ConvolutionModule>();
  modules.set(heap, known);
  const geometry = {
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    kernelHeight: info.filterHeight,
    kernelWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
  };
  const key = Object.values(geometry).join(' ');
  const module = known.get(key) ?? compileConvolution(geometry, heap.memory, hasRelaxedSimd());
  known.set(key, module);
  return { heap, module, key };
}

/** Convolution; x [N, H, W, I], filter [kh, kw, I, O] -> [N, H', W', O]. */
export const conv2d: KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo };
  const { strides, pad, dimRoundingMode, dilations } = attrs as unknown as ConvAttributes;
  const info = backend_util.computeConv2DInfo(
    x.shape as Shape4,
    filter.shape as Shape4,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
  );
  const { heap, module, key } = prepare(backend, info);
  const output = heap.allocate(info.outShape);
  const weights = heap.scratch('packed', module.forwardWeights);
  const scratch = heap.scratch(`input ${key}`, module.inputScratch);
  module.packForward(heap.floats(filter), heap.floatsAt(weights, module.forwardWeights));
  module.forward(heap.address(x), weights, heap.address(output), scratch, info.batchSize);
  return output;
};

/** Input gradient; dy [N, H', W', O], filter [kh, kw, I, O] -> [N, H, W, I]. */
export const conv2dBackpropInput: KernelFunc = ({ inputs, backend, attrs }) => {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const { strides, pad, dimRoundingMode, inputShape } = attrs as unknown as ConvAttributes & {
    inputShape: Shape4;
  };
  const info = backend_util.computeConv2DInfo(
    inputShape,
    filter.shape as Shape4,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { heap, module, key } = prepare(backend, info);
  const output = heap.allocate(info.inShape);
  const weights = heap.scratch('packed', module.gradientWeights);
  const scratch = heap.scratch(`gradient ${key}`, module.gradientScratch);
  module.packGradient(heap.floats(filter), heap.floatsAt(weights, module.gradientWeights));
  module.inputGradient(heap.address(dy), weights, heap.address(output), scratch, info.batchSize);
  return output;
};

/** Filter gradient; x [N, H, W, I], dy [N, H', W', O] -> [kh, kw, I, O]. */
export const conv2dBackpropFilter: KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as ConvAttributes & {
    filterShape: Shape4;
  };
  const info = backend_util.computeConv2DInfo(
    x.shape as Shape4,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { heap, module, key } = prepare(backend, info);
  const output = heap.allocate([...filterShape]);
  const scratch = heap.scratch(`input ${key}`, module.inputScratch);
  const sums = heap.scratch('filter sums', module.filterSums);
  heap.floatsAt(sums, module.filterSums).fill(0);
  module.filterGradient(heap.address(x), heap.address(dy), sums, scratch, info.batchSize);
  module.finishFilterGradient(heap.floatsAt(sums, module.filterSums), heap.floats(output));
  return output;
};

type Shape4 = [number, number, number, number];
interface ConvAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dilations?: [number, number] | number;
}
