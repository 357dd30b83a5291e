/**
 * The excitation of a batch: two fully connected layers on the squeezed channels (Hu et al., arXiv 1709.01507, eq. 3), and their gradients. They
 * are less than a hundredth of a step, so plain loops in float64 do.
 */
import type { Gate } from '../../../src/core/model/modelSpec';

/** Weights as SqueezeExcite holds them: w1 [C, hidden], b1 [hidden], w2 [hidden, C], b2 [C]. */
export interface ExciteWeights {
  w1: Float32Array;
  b1: Float32Array | undefined;
  w2: Float32Array;
  b2: Float32Array | undefined;
}

export interface ExciteSizes {
  images: number;
  channels: number;
  hidden: number;
  gate: Gate;
}

/**
 * @param squeezed [N, C]
 * @param hidden [N, hidden], written: relu(squeezed w1 + b1)
 * @param gates [N, C], written: gate(hidden w2 + b2)
 */
export function excite(
  squeezed: Float32Array,
  { w1, b1, w2, b2 }: ExciteWeights,
  sizes: ExciteSizes,
  hidden: Float32Array,
  gates: Float32Array,
): void {
  const { images, channels, gate } = sizes;
  const units = new Float64Array(sizes.hidden);
  const scores = new Float64Array(channels);
  for (let image = 0; image < images; image++) {
    if (b1) units.set(b1);
    else units.fill(0);
    for (let c = 0; c < channels; c++) {
      const z = squeezed[image * channels + c]!;
      for (let j = 0; j < units.length; j++) units[j]! += z * w1[c * units.length + j]!;
    }
    if (b2) scores.set(b2);
    else scores.fill(0);
    for (let j = 0; j < units.length; j++) {
      // Math.max, and no comparison, lets NaN through.
      const unit = Math.max(0, units[j]!);
      hidden[image * units.length + j] = unit;
      for (let c = 0; c < channels; c++) scores[c]! += unit * w2[j * channels + c]!;
    }
    for (let c = 0; c < channels; c++) gates[image * channels + c] = gateValue(scores[c]!, gate);
  }
}

/** What `exciteGradient` adds up; the arrays start at zero. Biases that do not exist have no array. */
export interface ExciteGradients {
  squeezed: Float32Array;
  w1: Float32Array;
  b1: Float32Array | undefined;
  w2: Float32Array;
  b2: Float32Array | undefined;
}

/**
 * @param gateGradients [N, C]
 * @param gradients written: `squeezed` [N, C], and the weights' gradients, summed over the batch
 */
export function exciteGradient(
  gateGradients: Float32Array,
  activations: { squeezed: Float32Array; hidden: Float32Array; gates: Float32Array },
  { w1, w2 }: Pick<ExciteWeights, 'w1' | 'w2'>,
  sizes: ExciteSizes,
  gradients: ExciteGradients,
): void {
  const { images, channels, hidden: units, gate } = sizes;
  const sums = { w1: new Float64Array(w1.length), w2: new Float64Array(w2.length) };
  const biases = { b1: new Float64Array(units), b2: new Float64Array(channels) };
  const scores = new Float64Array(channels);
  const unit = new Float64Array(units);
  for (let image = 0; image < images; image++) {
    const [row, unitRow] = [image * channels, image * units];
    for (let c = 0; c < channels; c++) {
      const score = gateGradients[row + c]! * gateSlope(activations.gates[row + c]!, gate);
      scores[c] = score;
      biases.b2[c]! += score;
    }
    for (let j = 0; j < units; j++) {
      const value = activations.hidden[unitRow + j]!;
      let sum = 0;
      for (let c = 0; c < channels; c++) {
        sum += w2[j * channels + c]! * scores[c]!;
        sums.w2[j * channels + c]! += value * scores[c]!;
      }
      unit[j] = value > 0 ? sum : 0;
      biases.b1[j]! += unit[j]!;
    }
    for (let c = 0; c < channels; c++) {
      const z = activations.squeezed[row + c]!;
      let sum = 0;
      for (let j = 0; j < units; j++) {
        sum += w1[c * units + j]! * unit[j]!;
        sums.w1[c * units + j]! += z * unit[j]!;
      }
      gradients.squeezed[row + c] = sum;
    }
  }
  gradients.w1.set(sums.w1);
  gradients.w2.set(sums.w2);
  gradients.b1?.set(biases.b1);
  gradients.b2?.set(biases.b2);
}

function gateValue(score: number, gate: Gate): number {
  switch (gate) {
    case 'sigmoid':
      return 1 / (1 + Math.exp(-score));
    case 'hard-sigmoid':
      return Math.min(6, Math.max(0, score + 3)) / 6;
    case 'tanh':
      return Math.tanh(score);
    case 'relu':
      return Math.max(0, score);
  }
}

/** The gate's derivative, from its value. */
function gateSlope(value: number, gate: Gate): number {
  switch (gate) {
    case 'sigmoid':
      return value * (1 - value);
    case 'hard-sigmoid':
      return value > 0 && value < 1 ? 1 / 6 : 0;
    case 'tanh':
      return 1 - value * value;
    case 'relu':
      return value > 0 ? 1 : 0;
  }
}
