import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { ScaleAttributes } from '../kernelNames';
import {
  addImageSlicesShader,
  imageSlices,
  scaleGradientShader,
  scaleShader,
  sliceSumsShader,
  type ImageSize,
} from './channelShaders';
import { pairsOf } from './packedAddressing';
import { PackedWork } from './packedWork';

/** SCALE_CHANNELS */
export const scaleChannels: KernelFunc = ({ inputs, backend, attrs }) =>
  PackedWork.run(backend, (work) => {
    const { relu, residual } = attrs as unknown as ScaleAttributes;
    const { x, gates, residual: added } = inputs as Record<string, TensorInfo>;
    const y = work.result(x!.shape);
    work.draw({
      source: scaleShader(sizeOf(x!), { relu, residual }),
      textures: {
        images: work.packed(x!),
        gates: work.packed(gates!),
        ...(residual && { residuals: work.packed(added!) }),
      },
      targets: [y],
    });
    return y;
  });

/** SCALE_CHANNELS_GRAD */
export const scaleChannelsGrad: KernelFunc = ({ inputs, backend, attrs }) =>
  PackedWork.run(backend, (work) => {
    const { relu, residual } = attrs as unknown as ScaleAttributes;
    const { dy, y, x, gates } = inputs as Record<string, TensorInfo>;
    const gradients = { gradients: work.packed(dy!), ...(relu && { outputs: work.packed(y!) }) };
    const dx = work.result(x!.shape);
    const dresidual = residual ? [work.result(x!.shape)] : [];
    work.draw({
      source: scaleGradientShader(sizeOf(x!), { relu, residual }),
      textures: { ...gradients, gates: work.packed(gates!) },
      targets: [dx, ...dresidual],
    });
    const dgates = work.result(gates!.shape);
    sumOverImages(work, { images: work.packed(x!), ...gradients }, { relu }, 1, dgates);
    return [dx, dgates, ...dresidual];
  });

/** AvgPool with a window as large as the image, which tfjs does by one fragment to a channel; other windows stay with tfjs. */
export function avgPool(stock: KernelFunc): KernelFunc {
  return (call) => {
    const { x } = call.inputs as Record<'x', TensorInfo>;
    const { filterSize, pad } = call.attrs as unknown as {
      filterSize: number | [number, number];
      pad: unknown;
    };
    const { height, width } = sizeOf(x);
    const [windowHeight, windowWidth] =
      typeof filterSize === 'number' ? [filterSize, filterSize] : filterSize;
    if (windowHeight !== height || windowWidth !== width || pad !== 'valid') return stock(call);
    return PackedWork.run(call.backend, (work) => {
      const [batch, , , channels] = x.shape as [number, number, number, number];
      const means = work.result([batch, channels]);
      sumOverImages(work, { images: work.packed(x) }, undefined, 1 / (height * width), means);
      // Its texture stays one of [N, C], which is what is made of the means; tfjs packs it anew should somebody read [N, 1, 1, C].
      return { ...means, shape: [batch, 1, 1, channels] };
    });
  };
}

/** Draws `factor` times the sums over height and width to `sums`, [N, C]. */
function sumOverImages(
  work: PackedWork,
  textures: { images: TensorInfo; gradients?: TensorInfo; outputs?: TensorInfo },
  gradient: { relu: boolean } | undefined,
  factor: number,
  sums: TensorInfo,
): void {
  const { images } = textures;
  const [batch, , , channels] = images.shape as [number, number, number, number];
  const { slices, rowsInSlice } = imageSlices(images.shape);
  const imagePairs = pairsOf(batch);
  const parts = work.scratch([slices, 2 * imagePairs, channels]);
  work.draw({
    source: sliceSumsShader(sizeOf(images), gradient),
    textures,
    integers: { rowsInSlice, imagePairs, lastImage: batch - 1 },
    targets: [parts],
  });
  work.draw({
    source: addImageSlicesShader(),
    textures: { sums: parts },
    integers: { slices, imagePairs },
    floats: { factor },
    targets: [sums],
  });
}

function sizeOf({ shape }: TensorInfo): ImageSize {
  const [, height, width] = shape as [number, number, number, number];
  return { height, width };
}
