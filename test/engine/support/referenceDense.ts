/** Fully connected layer and its gradients in float64; x [N, 1, 1, in], weight [in, out]. */
import type { Float64Images } from './float64Image';
import { zeroImages } from './float64Image';

export function referenceDense(x: Float64Images, weight: Float64Array, bias: Float64Array): Float64Images {
  const [batch, , , inputs] = x.shape;
  const outputs = bias.length;
  const y = zeroImages([batch, 1, 1, outputs]);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o]!;
      for (let i = 0; i < inputs; i++) sum += x.data[n * inputs + i]! * weight[i * outputs + o]!;
      y.data[n * outputs + o] = sum;
    }
  }
  return y;
}

export function referenceDenseGradients(
  x: Float64Images,
  weight: Float64Array,
  dy: Float64Images,
): { dx: Float64Images; dWeight: Float64Array; dBias: Float64Array } {
  const [batch, , , inputs] = x.shape;
  const outputs = dy.shape[3];
  const dx = zeroImages(x.shape);
  const dWeight = new Float64Array(weight.length);
  const dBias = new Float64Array(outputs);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputs; o++) {
      const upstream = dy.data[n * outputs + o]!;
      dBias[o]! += upstream;
      for (let i = 0; i < inputs; i++) {
        dWeight[i * outputs + o]! += x.data[n * inputs + i]! * upstream;
        dx.data[n * inputs + i]! += weight[i * outputs + o]! * upstream;
      }
    }
  }
  return { dx, dWeight, dBias };
}
