import type { KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util } from '@tensorflow/tfjs-core';
import { compileConvolution } from './convolutionModule';
import type { ConvolutionModule } from './convolutionTypes';
import { hasRelaxedSimd, WasmMemory } from './wasmMemory';

type Shape4 = [number, number, number, number];
interface ConvAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dilations?: [number, number] | number;
}

/** A convolution that can run: its compiled kernels, and the memory they work in. */
export interface PreparedConvolution {
  heap: WasmMemory;
  module: ConvolutionModule;
  info: backend_util.Conv2DInfo;
  /** Packs the filter and returns its address; valid until the next packing with that key. */
  packForward(filter: TensorInfo, key: string): number;
  packGradient(filter: TensorInfo, key: string): number;
  /** Addresses of scratch memory: for `forward` and `filterGradient`, and for `inputGradient`. */
  inputScratch(): number;
  gradientScratch(): number;
  /** Address of sums that are zero, for `filterGradient`; they are in use until the next call with that key. */
  zeroSums(key: string): number;
  /** A new tensor [kh, kw, I, O] of the gradient in the sums. */
  finishFilterGradient(sums: number): TensorInfo;
}

const modules = new WeakMap<WasmMemory, Map<string, ConvolutionModule>>();

/** The kernels for that shape, compiled when the shape is first met. */
export function prepareConvolution(
  backend: unknown,
  imageShape: readonly number[],
  filterShape: readonly number[],
  attributes: NamedAttrMap | undefined,
): PreparedConvolution {
  const { strides, pad, dimRoundingMode, dilations } = attributes as unknown as ConvAttributes;
  const info = backend_util.computeConv2DInfo(
    imageShape as Shape4,
    filterShape as Shape4,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
  );
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) {
    throw new RangeError(
      'Dilated convolutions have no kernel in this playground; no model of ours uses one.',
    );
  }
  const heap = WasmMemory.of(backend);
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
  const known = modules.get(heap) ?? new Map<string, ConvolutionModule>();
  modules.set(heap, known);
  const module = known.get(key) ?? compileConvolution(geometry, heap.memory, hasRelaxedSimd());
  known.set(key, module);
  return {
    heap,
    module,
    info,
    packForward(filter, name) {
      const packed = heap.scratch(`packed ${name}`, module.forwardWeights);
      module.packForward(heap.address(filter), packed);
      return packed;
    },
    packGradient(filter, name) {
      const packed = heap.scratch(`packed ${name}`, module.gradientWeights);
      module.packGradient(heap.address(filter), packed);
      return packed;
    },
    inputScratch: () => heap.scratch(`input ${key}`, module.inputScratch),
    gradientScratch: () => heap.scratch(`gradient ${key}`, module.gradientScratch),
    zeroSums(name) {
      const sums = heap.scratch(`filter sums ${name}`, module.filterSums);
      heap.floatsAt(sums, module.filterSums).fill(0);
      return sums;
    },
    finishFilterGradient(sums) {
      const gradient = heap.allocate([...filterShape]);
      module.finishFilterGradient(sums, heap.address(gradient));
      return gradient;
    },
  };
}

/** Convolution; x [N, H, W, I], filter [kh, kw, I, O] -> [N, H', W', O]. */
export const conv2d: KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo };
  const convolution = prepareConvolution(backend, x.shape, filter.shape, attrs);
  const { heap, module, info } = convolution;
  const output = heap.allocate(info.outShape);
  const [weights, scratch] = [convolution.packForward(filter, ''), convolution.inputScratch()];
  module.forward(heap.address(x), weights, heap.address(output), scratch, info.batchSize);
  return output;
};

/** Input gradient; dy [N, H', W', O], filter [kh, kw, I, O] -> [N, H, W, I]. */
export const conv2dBackpropInput: KernelFunc = ({ inputs, backend, attrs }) => {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const { inputShape } = attrs as unknown as { inputShape: Shape4 };
  const convolution = prepareConvolution(backend, inputShape, filter.shape, attrs);
  const { heap, module, info } = convolution;
  const output = heap.allocate(info.inShape);
  const [weights, scratch] = [convolution.packGradient(filter, ''), convolution.gradientScratch()];
  module.inputGradient(heap.address(dy), weights, heap.address(output), scratch, info.batchSize);
  return output;
};

/** Filter gradient; x [N, H, W, I], dy [N, H', W', O] -> [kh, kw, I, O]. */
export const conv2dBackpropFilter: KernelFunc = ({ inputs, backend, attrs }) => {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const { filterShape } = attrs as unknown as { filterShape: Shape4 };
  const convolution = prepareConvolution(backend, x.shape, filterShape, attrs);
  const { heap, module, info } = convolution;
  const [scratch, sums] = [convolution.inputScratch(), convolution.zeroSums('')];
  module.filterGradient(heap.address(x), heap.address(dy), sums, scratch, info.batchSize);
  return convolution.finishFilterGradient(sums);
};
