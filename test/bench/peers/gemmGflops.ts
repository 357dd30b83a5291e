import * as tf from '@tensorflow/tfjs-core';

/** 1x1 convolutions are matrix products, [pixels, channels] x [channels, filters]. The best of these is the peak. */
const SHAPES = [
  { images: 16, side: 32, channels: 64, filters: 64 },
  { images: 32, side: 16, channels: 128, filters: 64 },
  { images: 64, side: 8, channels: 256, filters: 128 },
] as const;
const PIECE_MS = 150;

/** GFLOP/s (two for a multiply-add) of our emitted kernels on matrices that suit them: what there is to be had of this core in WASM. */
export function gemmGflops(): number {
  return Math.max(...SHAPES.map(measure));
}

function measure({ images, side, channels, filters }: (typeof SHAPES)[number]): number {
  return tf.tidy(() => {
    const x = tf.fill([images, side, side, channels], 0.5) as tf.Tensor4D;
    const filter = tf.fill([1, 1, channels, filters], 0.5) as tf.Tensor4D;
    const multiply = () => tf.conv2d(x, filter, 1, 'same').dispose();
    multiply();
    let products = 0;
    const startMs = performance.now();
    let ms = 0;
    for (; ms < PIECE_MS; ms = performance.now() - startMs) {
      multiply();
      products++;
    }
    const flops = 2 * images * side * side * channels * filters * products;
    return flops / ms / 1e6;
  });
}
