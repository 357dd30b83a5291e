/** The SE block and its gradients as plain loops in float64: Hu et al., arXiv 1709.01507 v4, eqs. 2 to 4. */
import type { Gate, Squeeze } from '../../../src/core/model/modelSpec';
import type { Float64Images } from './float64Image';
import { forEachPixel, zeroImages } from './float64Image';

export interface ExciteParameters {
  /** [C, hidden] */
  w1: Float64Array;
  /** [hidden]; all zero without biases. */
  b1: Float64Array;
  /** [hidden, C] */
  w2: Float64Array;
  /** [C] */
  b2: Float64Array;
}

export interface ExciteOptions {
  hidden: number;
  squeeze: Squeeze;
  gate: Gate;
}

export interface ExciteGradients extends ExciteParameters {
  dx: Float64Images;
}

const GATES: Record<Gate, { value: (x: number) => number; slope: (x: number) => number }> = {
  sigmoid: { value: sigmoid, slope: (x) => sigmoid(x) * (1 - sigmoid(x)) },
  'hard-sigmoid': {
    value: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
    slope: (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  },
  tanh: { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 },
  relu: { value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
};

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

interface Trace {
  /** [C] squeezed features of one image. */
  squeezed: Float64Array;
  /** [hidden] before the ReLU. */
  hidden: Float64Array;
  /** [C] before the gate function. */
  scores: Float64Array;
  /** Offset in x of the largest pixel of each channel. */
  argMax: Int32Array;
}

function traceImage(x: Float64Images, n: number, p: ExciteParameters, options: ExciteOptions): Trace {
  const [, height, width, channels] = x.shape;
  const squeezed = new Float64Array(channels).fill(options.squeeze === 'max' ? -Infinity : 0);
  const argMax = new Int32Array(channels);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let c = 0; c < channels; c++) {
      const offset = (n * height * width + pixel) * channels + c;
      const value = x.data[offset]!;
      if (options.squeeze === 'avg') squeezed[c]! += value / (height * width);
      else if (value > squeezed[c]!) {
        squeezed[c] = value;
        argMax[c] = offset;
      }
    }
  }
  const hidden = Float64Array.from(p.b1);
  for (let c = 0; c < channels; c++) {
    for (let k = 0; k < options.hidden; k++) hidden[k]! += squeezed[c]! * p.w1[c * options.hidden + k]!;
  }
  const scores = Float64Array.from(p.b2);
  for (let k = 0; k < options.hidden; k++) {
    for (let c = 0; c < channels; c++) scores[c]! += Math.max(hidden[k]!, 0) * p.w2[k * channels + c]!;
  }
  return { squeezed, hidden, scores, argMax };
}

export function referenceSqueezeExcite(
  x: Float64Images,
  parameters: ExciteParameters,
  options: ExciteOptions,
): { output: Float64Images; gates: Float64Array; nearestKink: number } {
  const channels = x.shape[3];
  const output = zeroImages(x.shape);
  const gates = new Float64Array(x.shape[0] * channels);
  let nearestKink = Infinity;
  for (let n = 0; n < x.shape[0]; n++) {
    const { hidden, scores } = traceImage(x, n, parameters, options);
    for (const value of hidden) nearestKink = Math.min(nearestKink, Math.abs(value));
    for (let c = 0; c < channels; c++) {
      if (options.gate === 'relu') nearestKink = Math.min(nearestKink, Math.abs(scores[c]!));
      if (options.gate === 'hard-sigmoid')
        nearestKink = Math.min(nearestKink, Math.abs(Math.abs(scores[c]!) - 3));
      gates[n * channels + c] = GATES[options.gate].value(scores[c]!);
    }
  }
  forEachPixel(x, (n, offset) => {
    for (let c = 0; c < channels; c++)
      output.data[offset + c] = x.data[offset + c]! * gates[n * channels + c]!;
  });
  return { output, gates, nearestKink };
}

export function referenceSqueezeExciteGradients(
  x: Float64Images,
  p: ExciteParameters,
  options: ExciteOptions,
  dy: Float64Images,
): ExciteGradients {
  const [batch, height, width, channels] = x.shape;
  const { hidden: units } = options;
  const gate = GATES[options.gate];
  const dx = zeroImages(x.shape);
  const [w1, b1, w2, b2] = [p.w1, p.b1, p.w2, p.b2].map((values) => new Float64Array(values.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let n = 0; n < batch; n++) {
    const trace = traceImage(x, n, p, options);
    const dScores = new Float64Array(channels);
    for (let pixel = 0; pixel < height * width; pixel++) {
      for (let c = 0; c < channels; c++) {
        const offset = (n * height * width + pixel) * channels + c;
        dScores[c]! += dy.data[offset]! * x.data[offset]! * gate.slope(trace.scores[c]!);
        dx.data[offset]! += dy.data[offset]! * gate.value(trace.scores[c]!);
      }
    }
    const dHidden = new Float64Array(units);
    for (let c = 0; c < channels; c++) {
      b2[c]! += dScores[c]!;
      for (let k = 0; k < units; k++) {
        w2[k * channels + c]! += Math.max(trace.hidden[k]!, 0) * dScores[c]!;
        if (trace.hidden[k]! > 0) dHidden[k]! += p.w2[k * channels + c]! * dScores[c]!;
      }
    }
    for (let k = 0; k < units; k++) b1[k]! += dHidden[k]!;
    for (let c = 0; c < channels; c++) {
      let dSqueezed = 0;
      for (let k = 0; k < units; k++) {
        w1[c * units + k]! += trace.squeezed[c]! * dHidden[k]!;
        dSqueezed += p.w1[c * units + k]! * dHidden[k]!;
      }
      if (options.squeeze === 'max') dx.data[trace.argMax[c]!]! += dSqueezed;
      else {
        for (let pixel = 0; pixel < height * width; pixel++) {
          dx.data[(n * height * width + pixel) * channels + c]! += dSqueezed / (height * width);
        }
      }
    }
  }
  return { dx, w1, b1, w2, b2 };
}
