import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { GATES, type Gate } from '../../../src/core/model/modelSpec';
import {
  CONV_UNIT_TRAINING,
  convUnitInference,
  convUnitTraining,
  type ConvUnit,
} from '../../../webview/engine/kernels/convUnit';
import type { Float64Images } from '../support/float64Image';
import { randomArray } from '../support/randomArray';
import {
  channelStatistics,
  referenceBatchNormGradients,
  referenceNormalise,
} from '../support/referenceBatchNorm';
import { referenceConv2d, referenceConv2dGradients } from '../support/referenceConv2d';
import { referenceSqueezeExcite, referenceSqueezeExciteGradients } from '../support/referenceSqueezeExcite';
import { relativeError } from '../support/relativeError';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

interface Case {
  batch: number;
  height: number;
  width: number;
  channels: number;
  filters: number;
  kernel: number;
  stride: number;
  relu: boolean;
  residual: boolean;
  gate: Gate | undefined;
}

const EPSILON = 1e-5;
const HIDDEN = 2;

/** Everything about a unit in float64: values, output and gradients, by plain loops. */
function reference(shape: Case) {
  const { batch, height, width, channels, filters, kernel, stride, relu, gate } = shape;
  const random = (length: number, label: string, scale = 1) =>
    randomArray(length, 7, label).map((value) => Math.fround(scale * value));
  const x = {
    shape: [batch, height, width, channels] as const,
    data: random(batch * height * width * channels, 'x'),
  };
  const convolution = {
    weight: random(kernel * kernel * channels * filters, 'filter'),
    kernel,
    filters,
    stride,
    padding: 'same' as const,
  };
  const normalisation = {
    gamma: random(filters, 'gamma').map((value) => value + 1.5),
    beta: random(filters, 'beta'),
    epsilon: EPSILON,
  };
  const excite = {
    w1: random(filters * HIDDEN, 'w1', 2),
    b1: random(HIDDEN, 'b1'),
    w2: random(HIDDEN * filters, 'w2', 2),
    b2: random(filters, 'b2'),
  };
  const z = referenceConv2d(x, convolution);
  const statistics = channelStatistics(z);
  const normal = referenceNormalise(z, normalisation, statistics);
  const options = gate && { hidden: HIDDEN, squeeze: 'avg' as const, gate };
  const excited = options && referenceSqueezeExcite(normal, excite, options);
  const residual = shape.residual ? random(z.data.length, 'residual') : undefined;
  const before = (excited?.output ?? normal).data.map((value, at) => value + (residual?.[at] ?? 0));
  const dy = random(z.data.length, 'dy');
  const g = { ...z, data: relu ? dy.map((value, at) => (before[at]! > 0 ? value : 0)) : dy };
  const excitedBack = options && referenceSqueezeExciteGradients(normal, excite, options, g);
  const normBack = referenceBatchNormGradients(z, normalisation, excitedBack?.dx ?? g);
  const convBack = referenceConv2dGradients(x, convolution, normBack.dx);
  const kinks = [...(relu ? before.map(Math.abs) : []), excited?.nearestKink ?? Infinity];
  return {
    x,
    convolution,
    normalisation,
    excite,
    residual,
    statistics,
    dy,
    y: relu ? before.map((value) => Math.max(0, value)) : before,
    gates: excited?.gates,
    nearestKink: Math.min(...kinks),
    outputShape: z.shape,
    gradients: {
      x: convBack.dx.data,
      filter: convBack.dWeight,
      gamma: normBack.dGamma,
      beta: normBack.dBeta,
      ...(excitedBack && { w1: excitedBack.w1, b1: excitedBack.b1, w2: excitedBack.w2, b2: excitedBack.b2 }),
      ...(residual && { residual: g.data }),
    } as Record<string, Float64Array>,
  };
}

/** Worst relative error of the unit's kernels; of training with all gradients, and of inference with the batch's statistics. */
function worstError(shape: Case, expected = reference(shape)): number {
  const { channels, filters, kernel, stride, relu, gate } = shape;
  return tf.tidy(() => {
    const tensor = (data: ArrayLike<number>, size: readonly number[]) =>
      tf.tensor(Float32Array.from(data), [...size]);
    const of = ({ shape: size, data }: Float64Images) => tensor(data, size);
    const inputs: tf.NamedTensorMap = {
      x: of(expected.x),
      filter: tensor(expected.convolution.weight, [kernel, kernel, channels, filters]),
      gamma: tensor(expected.normalisation.gamma, [filters]),
      beta: tensor(expected.normalisation.beta, [filters]),
      ...(gate && {
        w1: tensor(expected.excite.w1, [filters, HIDDEN]),
        b1: tensor(expected.excite.b1, [HIDDEN]),
        w2: tensor(expected.excite.w2, [HIDDEN, filters]),
        b2: tensor(expected.excite.b2, [filters]),
      }),
      ...(expected.residual && { residual: tensor(expected.residual, expected.outputShape) }),
    };
    const names = Object.keys(inputs);
    const unitOf = (named: tf.NamedTensorMap): ConvUnit => ({
      filter: named['filter'] as tf.Tensor4D,
      gamma: named['gamma'] as tf.Tensor1D,
      beta: named['beta'] as tf.Tensor1D,
      excitation: gate && {
        w1: named['w1'] as tf.Tensor2D,
        b1: named['b1'] as tf.Tensor1D,
        w2: named['w2'] as tf.Tensor2D,
        b2: named['b2'] as tf.Tensor1D,
      },
      attributes: {
        strides: stride,
        pad: 'same',
        epsilon: EPSILON,
        relu,
        residual: shape.residual,
        inputGradient: true,
        ...(gate && { gate }),
      },
      composeExcitation: undefined,
    });
    const errors: number[] = [];
    const check = (actual: tf.Tensor, wanted: ArrayLike<number>) =>
      errors.push(relativeError(actual.dataSync(), wanted));
    const residualOf = (named: tf.NamedTensorMap) => named['residual'] as tf.Tensor4D | undefined;
    const train = (...tensors: tf.Tensor[]) => {
      const named = Object.fromEntries(names.map((name, index) => [name, tensors[index]!]));
      return convUnitTraining(
        unitOf(named),
        named['x'] as tf.Tensor4D,
        residualOf(named),
        ({ mean, variance }) => {
          check(mean, expected.statistics.mean);
          check(variance, expected.statistics.variance);
        },
        (gates) => check(gates, expected.gates ?? []),
      );
    };
    check(train(...Object.values(inputs)), expected.y);
    const gradients = tf.grads(train)(Object.values(inputs), tensor(expected.dy, expected.outputShape));
    names.forEach((name, index) => check(gradients[index]!, expected.gradients[name]!));

    const statistics = {
      mean: tensor(expected.statistics.mean, [filters]) as tf.Tensor1D,
      variance: tensor(expected.statistics.variance, [filters]) as tf.Tensor1D,
    };
    const inferred = convUnitInference(
      unitOf(inputs),
      inputs['x'] as tf.Tensor4D,
      residualOf(inputs),
      statistics,
      (gates) => check(gates, expected.gates ?? []),
    );
    check(inferred, expected.y);
    return Math.max(...errors);
  });
}

const base: Case = {
  batch: 3,
  height: 8,
  width: 8,
  channels: 4,
  filters: 8,
  kernel: 3,
  stride: 1,
  relu: true,
  residual: false,
  gate: undefined,
};

describe('a unit of convolution, batch norm, SE, addition and ReLU against float64 loops', () => {
  it('runs in kernels of its own', () => {
    expect(tf.getKernel(CONV_UNIT_TRAINING, 'wasm')).toBeDefined();
  });

  const finishes = [true, false].flatMap((relu) => [true, false].map((residual) => ({ relu, residual })));
  it.each(finishes)('%o', (finish) => {
    expect(worstError({ ...base, ...finish })).toBeLessThan(1e-4);
    expect(worstError({ ...base, ...finish, gate: 'sigmoid' })).toBeLessThan(1e-4);
  });

  const shapes: [string, Partial<Case>][] = [
    ['one image', { batch: 1 }],
    ['more images than a group', { batch: 11 }],
    ['RGB images', { channels: 3, filters: 16 }],
    ['one channel, one filter', { channels: 1, filters: 1 }],
    ['odd sizes', { height: 7, width: 5, channels: 5, filters: 6 }],
    ['stride 2', { stride: 2 }],
    ['stride 2 on odd sizes', { stride: 2, height: 9, width: 7 }],
    ['1 x 1', { kernel: 1 }],
    ['1 x 1 with stride 2', { kernel: 1, stride: 2 }],
    ['more filters than a block of channels', { filters: 36 }],
  ];
  it.each(shapes)('%s', (_, shape) => {
    expect(worstError({ ...base, ...shape })).toBeLessThan(1e-4);
    expect(worstError({ ...base, ...shape, residual: true, gate: 'sigmoid' })).toBeLessThan(1e-4);
  });

  it('any shape', () => {
    const anything = fc.record({
      batch: fc.integer({ min: 2, max: 5 }),
      height: fc.integer({ min: 3, max: 9 }),
      width: fc.integer({ min: 3, max: 9 }),
      channels: fc.integer({ min: 1, max: 9 }),
      filters: fc.integer({ min: 1, max: 21 }),
      kernel: fc.constantFrom(1, 3),
      stride: fc.integer({ min: 1, max: 2 }),
      relu: fc.boolean(),
      residual: fc.boolean(),
      gate: fc.constantFrom(undefined, ...GATES),
    });
    let tried = 0;
    fc.assert(
      fc.property(anything, (shape) => {
        const expected = reference(shape);
        // Nearer to a kink than float32 can tell, the two may stand on different sides of it.
        fc.pre(expected.nearestKink > 1e-5);
        tried++;
        expect(worstError(shape, expected)).toBeLessThan(1e-4);
      }),
      { numRuns: 40, seed: 3 },
    );
    expect(tried).toBeGreaterThanOrEqual(40);
  });

  it('keeps its digits in channels far from zero', () => {
    const far = reference({ ...base, residual: true, gate: 'sigmoid' });
    // A bright picture through filters that only add: means of hundreds, spreads of a few.
    far.x.data.forEach((value, at) => (far.x.data[at] = Math.fround(value + 100)));
    const x = far.x;
    const z = referenceConv2d(x, { ...far.convolution, kernel: 3 });
    expect(Math.abs(channelStatistics(z).mean[0]!)).toBeGreaterThan(10);
    tf.tidy(() => {
      const got: tf.Tensor[] = [];
      const tensor = (data: ArrayLike<number>, size: readonly number[]) =>
        tf.tensor(Float32Array.from(data), [...size]);
      convUnitTraining(
        {
          filter: tensor(far.convolution.weight, [3, 3, base.channels, base.filters]) as tf.Tensor4D,
          gamma: tf.ones([base.filters]),
          beta: tf.zeros([base.filters]),
          excitation: undefined,
          attributes: {
            strides: 1,
            pad: 'valid',
            epsilon: EPSILON,
            relu: false,
            residual: false,
            inputGradient: true,
          },
          composeExcitation: undefined,
        },
        tensor(x.data, x.shape) as tf.Tensor4D,
        undefined,
        ({ variance }) => void got.push(tf.keep(tf.clone(variance))),
        undefined,
      );
      const inner = channelStatistics(referenceConv2d(x, { ...far.convolution, padding: 'valid' }));
      expect(relativeError(got[0]!.dataSync(), inner.variance)).toBeLessThan(1e-4);
      got[0]!.dispose();
    });
  });

  it('leaves no tensor behind', () => {
    worstError({ ...base, gate: 'sigmoid', residual: true });
    const before = tf.memory().numTensors;
    worstError({ ...base, gate: 'sigmoid', residual: true });
    expect(tf.memory().numTensors).toBe(before);
  });
});
