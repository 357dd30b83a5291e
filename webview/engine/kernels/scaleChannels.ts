import * as tf from '@tensorflow/tfjs-core';
import { imageMeans } from './globalPool';

/**
 * SE's scale (Hu et al., eq. 4): each channel of each image times its gate, with an analytic gradient that sums over height and width
 * without a transpose.
 *
 * @param x [N, H, W, C]
 * @param gates [N, C]
 */
export function scaleChannels(x: tf.Tensor4D, gates: tf.Tensor2D): tf.Tensor4D {
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
  return scale(x, gates) as tf.Tensor4D;
}
