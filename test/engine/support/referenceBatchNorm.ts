/** Batch normalisation with batch statistics, and its gradients, as plain loops in float64 (Ioffe and Szegedy, section 3). */
import type { Float64Images } from './float64Image';
import { forEachPixel, zeroImages } from './float64Image';

export interface NormalisationParameters {
  gamma: Float64Array;
  beta: Float64Array;
  epsilon: number;
}

export function channelStatistics(x: Float64Images): { mean: Float64Array; variance: Float64Array } {
  const channels = x.shape[3];
  const pixels = x.data.length / channels;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  forEachPixel(x, (_, offset) => {
    for (let c = 0; c < channels; c++) mean[c]! += x.data[offset + c]! / pixels;
  });
  forEachPixel(x, (_, offset) => {
    for (let c = 0; c < channels; c++) variance[c]! += (x.data[offset + c]! - mean[c]!) ** 2 / pixels;
  });
  return { mean, variance };
}

/** Normalises with the given statistics. */
export function referenceNormalise(
  x: Float64Images,
  { gamma, beta, epsilon }: NormalisationParameters,
  { mean, variance }: { mean: Float64Array; variance: Float64Array },
): Float64Images {
  const y = zeroImages(x.shape);
  forEachPixel(x, (_, offset) => {
    for (let c = 0; c < x.shape[3]; c++) {
      const normal = (x.data[offset + c]! - mean[c]!) / Math.sqrt(variance[c]! + epsilon);
      y.data[offset + c] = gamma[c]! * normal + beta[c]!;
    }
  });
  return y;
}

/** Gradients through the batch's own statistics, by the chain of the paper: first to the variance, then to the mean, then to x. */
export function referenceBatchNormGradients(
  x: Float64Images,
  { gamma, epsilon }: NormalisationParameters,
  dy: Float64Images,
): { dx: Float64Images; dGamma: Float64Array; dBeta: Float64Array } {
  const channels = x.shape[3];
  const pixels = x.data.length / channels;
  const { mean, variance } = channelStatistics(x);
  const dx = zeroImages(x.shape);
  const [dGamma, dBeta, dMean, dVariance] = [0, 1, 2, 3].map(() => new Float64Array(channels)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  forEachPixel(x, (_, offset) => {
    for (let c = 0; c < channels; c++) {
      const deviation = Math.sqrt(variance[c]! + epsilon);
      const centred = x.data[offset + c]! - mean[c]!;
      const dNormal = dy.data[offset + c]! * gamma[c]!;
      dGamma[c]! += (dy.data[offset + c]! * centred) / deviation;
      dBeta[c]! += dy.data[offset + c]!;
      dVariance[c]! += (dNormal * centred * -0.5) / deviation ** 3;
      dMean[c]! -= dNormal / deviation;
    }
  });
  forEachPixel(x, (_, offset) => {
    for (let c = 0; c < channels; c++) {
      const centred = x.data[offset + c]! - mean[c]!;
      const dNormal = dy.data[offset + c]! * gamma[c]!;
      dx.data[offset + c] =
        dNormal / Math.sqrt(variance[c]! + epsilon) + (dVariance[c]! * 2 * centred + dMean[c]!) / pixels;
    }
  });
  return { dx, dGamma, dBeta };
}
