import * as tf from '@tensorflow/tfjs-core';
import { composeFinish, type Finish } from './batchNorm';
import { imageMeans } from './globalPool';
import { hasKernel } from './hasKernel';
import { SCALE_CHANNELS, SCALE_CHANNELS_GRAD, type ScaleAttributes } from './kernelNames';

/**
 * SE's scale (Hu et al., eq. 4): each channel of each image times its gate, with an analytic gradient that sums over height and width
 * without a transpose; then residual addition and ReLU, if there are any. One kernel each way where the backend has it.
 *
 * @param x [N, H, W, C]
 * @param gates [N, C]
 */
export function scaleChannels(
  x: tf.Tensor4D,
  gates: tf.Tensor2D,
  finish: Finish = { relu: false },
): tf.Tensor4D {
  if (hasKernel(SCALE_CHANNELS)) return fusedScale(x, gates, finish);
  const [batch, height, width, channels] = x.shape;
  const perImage: [number, number, number, number] = [batch, 1, 1, channels];
  const scale = tf.customGrad((...args) => {
    const [features, gate, save] = args as [tf.Tensor4D, tf.Tensor2D, tf.GradSaveFunc];
    save([features, gate]);
    return {
      value: tf.mul(features, tf.reshape(gate, perImage)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [feature, s] = saved as [tf.Tensor4D, tf.Tensor2D];
          return [
            tf.mul(dy, tf.reshape(s, perImage)),
            tf.mul(imageMeans(tf.mul(dy, feature) as tf.Tensor4D), height * width),
          ];
        }),
    };
  });
  return composeFinish(scale(x, gates) as tf.Tensor4D, finish);
}

function fusedScale(x: tf.Tensor4D, gates: tf.Tensor2D, { residual, relu }: Finish): tf.Tensor4D {
  const settings: ScaleAttributes = { relu, residual: residual !== undefined };
  const attributes = { ...settings };
  const compute = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const [features, gate, added] = args.slice(0, -1) as tf.Tensor[];
    const inputs = { x: features!, gates: gate!, ...(added && { residual: added }) };
    const y = tf.engine().runKernel(SCALE_CHANNELS, inputs, attributes) as tf.Tensor;
    save([y, features!, gate!]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [output, input, s] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const read = { dy, y: output, x: input, gates: s };
      return tf.engine().runKernel(SCALE_CHANNELS_GRAD, read, attributes) as tf.Tensor[];
    };
    return { value: y, gradFunc };
  });
  return compute(...[x, gates, ...(residual ? [residual] : [])]) as tf.Tensor4D;
}
