import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { BatchNormAttributes } from '../kernelNames';
import {
  joinGradientsShader,
  joinStatisticsShader,
  normaliseGradientShader,
  normaliseShader,
  rowSlices,
  sliceGradientsShader,
  sliceStatisticsShader,
} from './batchNormShaders';
import { PackedWork } from './packedWork';

/** BATCH_NORM_TRAINING */
export const batchNormTraining: KernelFunc = ({ inputs, backend, attrs }) =>
  PackedWork.run(backend, (work) => {
    const { epsilon, relu, residual } = attrs as unknown as BatchNormAttributes;
    const { x, gamma, beta, residual: added } = inputs as Record<string, TensorInfo>;
    const { rows, width, channels } = sizesOf(x!);
    const { slices, rowsInSlice } = rowSlices(rows);
    const images = work.packed(x!);

    const statistics = work.scratch([2 * slices, channels]);
    work.draw({
      source: sliceStatisticsShader(width),
      textures: { images },
      integers: { rows, rowsInSlice },
      targets: [statistics],
    });
    const [mean, variance] = [work.result([channels]), work.result([channels])];
    const factors = work.scratch([2, channels]);
    work.draw({
      source: joinStatisticsShader(width),
      textures: { statistics, gammas: work.packed(gamma!), betas: work.packed(beta!) },
      integers: { rows, rowsInSlice, slices },
      floats: { epsilon },
      targets: [mean, variance, factors],
    });
    const y = work.result(x!.shape);
    work.draw({
      source: normaliseShader({ relu, residual }),
      textures: { images, means: mean, factors, ...(residual && { residuals: work.packed(added!) }) },
      targets: [y],
    });
    return [y, mean, variance];
  });

/** BATCH_NORM_TRAINING_GRAD */
export const batchNormTrainingGrad: KernelFunc = ({ inputs, backend, attrs }) =>
  PackedWork.run(backend, (work) => {
    const { epsilon, relu, residual } = attrs as unknown as BatchNormAttributes;
    const { dy, y, x, gamma, mean, variance } = inputs as Record<string, TensorInfo>;
    const { rows, width, channels } = sizesOf(x!);
    const { slices, rowsInSlice } = rowSlices(rows);
    const pixels = {
      gradients: work.packed(dy!),
      images: work.packed(x!),
      ...(relu && { outputs: work.packed(y!) }),
    };
    const means = work.packed(mean!);

    const sums = work.scratch([2 * slices, channels]);
    work.draw({
      source: sliceGradientsShader(width, relu),
      textures: { ...pixels, means },
      integers: { rows, rowsInSlice },
      targets: [sums],
    });
    const [dgamma, dbeta] = [work.result([channels]), work.result([channels])];
    const [factors, slopes] = [work.scratch([2, channels]), work.scratch([2, channels])];
    work.draw({
      source: joinGradientsShader(width),
      textures: { sums, gammas: work.packed(gamma!), means, variances: work.packed(variance!) },
      integers: { rows, slices },
      floats: { epsilon },
      targets: [dgamma, dbeta, factors, slopes],
    });
    const dx = work.result(x!.shape);
    const dresidual = residual ? [work.result(x!.shape)] : [];
    work.draw({
      source: normaliseGradientShader({ relu, residual }),
      textures: { ...pixels, factors, slopes },
      targets: [dx, ...dresidual],
    });
    return [dx, dgamma, dbeta, ...dresidual];
  });

/** Of images [N, H, W, C]: the rows of all of them, and the size of a row. */
function sizesOf({ shape }: TensorInfo): { rows: number; width: number; channels: number } {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  return { rows: batch * height, width, channels };
}
