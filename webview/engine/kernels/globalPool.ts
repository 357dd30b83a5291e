import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from './hasKernel';

/** input: x [N, H, W, C]; output: means [N, C]. */
export const GLOBAL_AVERAGE_POOL = 'SeGlobalAveragePool';
/** input: dy [N, C]; attributes: height, width; output: dx [N, H, W, C]. */
export const GLOBAL_AVERAGE_POOL_GRADIENT = 'SeGlobalAveragePoolGradient';

/**
 * Mean over height and width, [N, H, W, C] -> [N, C], with an analytic gradient. One kernel each way where the backend has it; composed as
 * a pooling window it reads the image once in memory order, where tf.mean would transpose it first.
 */
export function globalAveragePool(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  const fused = hasKernel(GLOBAL_AVERAGE_POOL);
  const run = (name: string, inputs: tf.NamedTensorMap) =>
    tf.engine().runKernel(name, inputs, { height, width }) as tf.Tensor;
  const spread = (dy: tf.Tensor) =>
    tf.tidy(() =>
      tf.add(tf.fill(x.shape, 0), tf.reshape(tf.div(dy, height * width), [batch, 1, 1, channels])),
    );
  const pool = tf.customGrad((...args) => {
    const [images] = args as [tf.Tensor4D];
    return {
      value: fused ? run(GLOBAL_AVERAGE_POOL, { x: images }) : imageMeans(images),
      gradFunc: (dy: tf.Tensor) => (fused ? run(GLOBAL_AVERAGE_POOL_GRADIENT, { dy }) : spread(dy)),
    };
  });
  return pool(x) as tf.Tensor2D;
}

/**
 * Maximum over height and width, [N, H, W, C] -> [N, C]. Where several pixels share the maximum (common after a ReLU), each takes an
 * equal part of the gradient, so that it is a subgradient; tfjs's own tf.max gives each of them all of it.
 */
export function globalMaxPool(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, , , channels] = x.shape;
  const pool = tf.customGrad((...args) => {
    const [images, save] = args as [tf.Tensor4D, tf.GradSaveFunc];
    const value = tf.max(images, [1, 2]) as tf.Tensor2D;
    save([images, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.tidy(() => {
          const [image, maximum] = saved as [tf.Tensor4D, tf.Tensor2D];
          const perImage: [number, number, number, number] = [batch, 1, 1, channels];
          const isMaximum = tf.cast(tf.equal(image, tf.reshape(maximum, perImage)), 'float32');
          const ties = tf.sum(isMaximum, [1, 2]);
          return tf.mul(isMaximum, tf.reshape(tf.div(dy, ties), perImage));
        }),
    };
  });
  return pool(x) as tf.Tensor2D;
}

/** Means of each image's channels, [N, H, W, C] -> [N, C]; no gradient. */
export function imageMeans(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  return tf.reshape(tf.avgPool(x, [height, width], 1, 'valid'), [batch, channels]);
}
