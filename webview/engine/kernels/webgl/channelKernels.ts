import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { ScaleAttributes } from '../kernelNames';
import {
  addImageSlicesShader,
  imageSlices,
  scaleGradientShader,
  scaleShader,
  spreadShader,
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

/** GLOBAL_AVERAGE_POOL */
export const globalAveragePool: KernelFunc = ({ inputs, backend }) =>
  PackedWork.run(backend, (work) => {
    const { x } = inputs as Record<'x', TensorInfo>;
    const { height, width } = sizeOf(x);
    const means = work.result([x.shape[0]!, x.shape[3]!]);
    sumOverImages(work, { images: work.packed(x) }, undefined, 1 / (height * width), means);
    return means;
  });

/** GLOBAL_AVERAGE_POOL_GRADIENT */
export const globalAveragePoolGradient: KernelFunc = ({ inputs, backend, attrs }) =>
  PackedWork.run(backend, (work) => {
    const { dy } = inputs as Record<'dy', TensorInfo>;
    const { height, width } = attrs as unknown as ImageSize;
    const [batch, channels] = dy.shape as [number, number];
    const dx = work.result([batch, height, width, channels]);
    work.draw({
      source: spreadShader({ height, width }),
      textures: { gates: work.packed(dy) },
      floats: { factor: 1 / (height * width) },
      targets: [dx],
    });
    return dx;
  });

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
