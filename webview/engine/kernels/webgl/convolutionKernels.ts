import type { KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util } from '@tensorflow/tfjs-core';
import { tileShader, untileShader } from './convolutionShader';
import type { ConvolutionSizes, Direction } from './convolutionTiles';
import { tilingOf } from './convolutionTiles';
import { addSlicesShader, MOST_COLUMNS, slicesOf, slicesTargets, sliceShader } from './filterGradientShader';
import { PackedWork } from './packedWork';

type Shape4 = [number, number, number, number];

interface ConvolutionAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dilations?: [number, number] | number;
  /** Of the gradients. */
  inputShape?: Shape4;
  filterShape?: Shape4;
}

/** A kernel of tfjs: what our shaders are not written for stays with it. */
type Stock = KernelFunc;

/** x [N, H, W, I], filter [kh, kw, I, O] -> [N, H', W', O] */
export function conv2d(stock: Stock): KernelFunc {
  return (call) => {
    const { x, filter } = call.inputs as Record<'x' | 'filter', TensorInfo>;
    const sizes = sizesOf(x.shape, filter.shape, call.attrs);
    return sizes ? convolve(call.backend, sizes, 'forward', x, filter) : stock(call);
  };
}

/** dy [N, H', W', O], filter [kh, kw, I, O] -> dx [N, H, W, I] */
export function conv2dBackpropInput(stock: Stock): KernelFunc {
  return (call) => {
    const { dy, filter } = call.inputs as Record<'dy' | 'filter', TensorInfo>;
    const { inputShape } = call.attrs as unknown as ConvolutionAttributes;
    const sizes = sizesOf(inputShape, filter.shape, call.attrs);
    return sizes ? convolve(call.backend, sizes, 'inputGradient', dy, filter) : stock(call);
  };
}

/** x [N, H, W, I], dy [N, H', W', O] -> dfilter [kh, kw, I, O] */
export function conv2dBackpropFilter(stock: Stock): KernelFunc {
  return (call) => {
    const { x, dy } = call.inputs as Record<'x' | 'dy', TensorInfo>;
    const { filterShape } = call.attrs as unknown as ConvolutionAttributes;
    const sizes = sizesOf(x.shape, filterShape, call.attrs);
    if (!sizes || sizes.filterWidth > MOST_COLUMNS) return stock(call);
    return PackedWork.run(call.backend, (work) => {
      const { slices, rowsInSlice } = slicesOf(sizes.batchSize, sizes);
      const { shape, count } = slicesTargets(slices, sizes);
      const parts = Array.from({ length: count }, () => work.scratch(shape));
      work.draw({
        source: sliceShader(sizes),
        textures: { images: work.packed(x), gradients: work.packed(dy) },
        integers: { rows: sizes.batchSize * sizes.outHeight, rowsInSlice },
        targets: parts,
      });
      const gradient = work.result(sizes.filterShape);
      work.draw({
        source: addSlicesShader(sizes),
        textures: numbered('slices', parts),
        integers: { slices },
        targets: [gradient],
      });
      return gradient;
    });
  };
}

function convolve(
  backend: unknown,
  sizes: backend_util.Conv2DInfo,
  direction: Direction,
  images: TensorInfo,
  filter: TensorInfo,
): TensorInfo {
  return PackedWork.run(backend, (work) => {
    const { drawn, across, deep, pixelPairs, channelPairs } = tilingOf(sizes, direction);
    const result = work.result([sizes.batchSize, drawn.height, drawn.width, drawn.channels]);
    const blocks = pixelPairs * channelPairs;
    const shape = [sizes.batchSize, drawn.height, 2 * across, 2 * deep];
    // A single block to the tile is in its place already.
    const tiles = blocks === 1 ? [result] : Array.from({ length: blocks }, () => work.scratch(shape));
    work.draw({
      source: tileShader(sizes, direction),
      textures: { images: work.packed(images), weights: work.packed(filter) },
      targets: tiles,
    });
    if (blocks > 1) {
      work.draw({
        source: untileShader(sizes, direction),
        textures: numbered('tiles', tiles),
        targets: [result],
      });
    }
    return result;
  });
}

/** The convolution's sizes, or nothing if it is not one that the shaders are written for. */
function sizesOf(
  imageShape: readonly number[] | undefined,
  filterShape: readonly number[] | undefined,
  attributes: NamedAttrMap | undefined,
): (backend_util.Conv2DInfo & ConvolutionSizes) | undefined {
  const { strides, pad, dataFormat, dimRoundingMode, dilations } =
    attributes as unknown as ConvolutionAttributes;
  if (dataFormat === 'NCHW') return undefined;
  const info = backend_util.computeConv2DInfo(
    imageShape as Shape4,
    filterShape as Shape4,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
  );
  const { dilationHeight, dilationWidth, strideHeight, strideWidth } = info;
  const isWritten = dilationHeight === 1 && dilationWidth === 1 && strideHeight <= 2 && strideWidth <= 2;
  return isWritten && info.outShape.every((size) => size > 0) ? info : undefined;
}

function numbered(name: string, tensors: readonly TensorInfo[]): Record<string, TensorInfo> {
  return Object.fromEntries(tensors.map((tensor, index) => [`${name}${index}`, tensor]));
}
