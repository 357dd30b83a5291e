import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { GATES, type Gate } from '../../../src/core/model/modelSpec';
import type {
  ChainAttributes,
  ChainLink,
  ChainResidual,
  ConvChain,
  LinkWeights,
} from '../../../webview/engine/kernels/chainTypes';
import {
  CONV_CHAIN_TRAINING,
  convChainInference,
  convChainTraining,
  linkKeys,
} from '../../../webview/engine/kernels/convChain';
import type { Float64Images } from '../support/float64Image';
import { randomArray } from '../support/randomArray';
import {
  channelStatistics,
  referenceBatchNormGradients,
  referenceNormalise,
  type NormalisationParameters,
} from '../support/referenceBatchNorm';
import { referenceConv2d, referenceConv2dGradients, type Convolution } from '../support/referenceConv2d';
import { referenceSqueezeExcite, referenceSqueezeExciteGradients } from '../support/referenceSqueezeExcite';
import { relativeError } from '../support/relativeError';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

interface Case {
  batch: number;
  height: number;
  width: number;
  channels: number;
  /** Of the last link; the ones before it make `channels`. */
  filters: number;
  kernel: number;
  /** Of the first link and the shortcut. */
  stride: number;
  links: number;
  relu: boolean;
  residual: ChainResidual;
  gate: Gate | undefined;
}

const EPSILON = 1e-5;
const HIDDEN = 2;

interface Link {
  x: Float64Images;
  z: Float64Images;
  convolution: Convolution;
  normalisation: NormalisationParameters;
  statistics: { mean: Float64Array; variance: Float64Array };
  /** Before what follows. */
  normal: Float64Images;
}

/** A reference none of whose kinks is so near that float32 and float64 may stand on different sides of it, and that is not at rest. */
function reference(shape: Case) {
  for (let seed = 1; seed < 100; seed++) {
    const expected = referenceOf(shape, seed);
    const alive = expected.gradients['x']?.some((value) => value !== 0);
    if (expected.nearestKink > 1e-4 && alive) return expected;
  }
  throw new Error(`All seeds of ${JSON.stringify(shape)} come near a kink or are at rest`);
}

/** Everything about a chain in float64: values, output and gradients, by plain loops. */
function referenceOf(shape: Case, seed: number) {
  const { batch, height, width, channels, filters, relu, gate } = shape;
  const random = (length: number, label: string, scale = 1) =>
    randomArray(length, seed, label).map((value) => Math.fround(scale * value));
  let nearestKink = Infinity;
  const rectify = (images: Float64Images): Float64Images => {
    for (const value of images.data) nearestKink = Math.min(nearestKink, Math.abs(value));
    return { ...images, data: images.data.map((value) => Math.max(0, value)) };
  };
  const mask = (dy: Float64Images, before: Float64Images): Float64Images => ({
    ...dy,
    data: dy.data.map((value, at) => (before.data[at]! > 0 ? value : 0)),
  });
  const link = (key: string, x: Float64Images, out: number, kernel: number, stride: number): Link => {
    const inputs = x.shape[3];
    const weight = random(kernel * kernel * inputs * out, `filter${key}`);
    const convolution = { weight, kernel, filters: out, stride, padding: 'same' as const };
    const gamma = random(out, `gamma${key}`).map((value) => value + 1.5);
    const normalisation = { gamma, beta: random(out, `beta${key}`), epsilon: EPSILON };
    const z = referenceConv2d(x, convolution);
    const statistics = channelStatistics(z);
    return {
      x,
      z,
      convolution,
      normalisation,
      statistics,
      normal: referenceNormalise(z, normalisation, statistics),
    };
  };
  const linkBack = ({ x, z, convolution, normalisation }: Link, dy: Float64Images) => {
    const norm = referenceBatchNormGradients(z, normalisation, dy);
    const conv = referenceConv2dGradients(x, convolution, norm.dx);
    return { dx: conv.dx, weights: { filter: conv.dWeight, gamma: norm.dGamma, beta: norm.dBeta } };
  };
  const x: Float64Images = {
    shape: [batch, height, width, channels],
    data: random(batch * height * width * channels, 'x'),
  };
  const links: Link[] = [];
  for (let index = 0; index < shape.links; index++) {
    const before = links.at(-1);
    const out = index === shape.links - 1 ? filters : channels;
    const stride = index === 0 ? shape.stride : 1;
    links.push(link(String(index), before ? rectify(before.normal) : x, out, shape.kernel, stride));
  }
  const last = links.at(-1)!;
  const excite = {
    w1: random(filters * HIDDEN, 'w1', 2),
    b1: random(HIDDEN, 'b1'),
    w2: random(HIDDEN * filters, 'w2', 2),
    b2: random(filters, 'b2'),
  };
  const options = gate && { hidden: HIDDEN, squeeze: 'avg' as const, gate };
  const excited = options && referenceSqueezeExcite(last.normal, excite, options);
  nearestKink = Math.min(nearestKink, excited?.nearestKink ?? Infinity);
  const shortcut = shape.residual === 'shortcut' ? link('S', x, filters, 1, shape.stride) : undefined;
  const residual = {
    none: undefined,
    input: x.data,
    shortcut: shortcut?.normal.data,
    tensor: random(last.z.data.length, 'residual'),
  }[shape.residual];
  const before: Float64Images = {
    ...last.z,
    data: (excited?.output ?? last.normal).data.map((value, at) => value + (residual?.[at] ?? 0)),
  };
  const y = relu ? rectify(before) : before;

  const dy: Float64Images = { ...last.z, data: random(last.z.data.length, 'dy') };
  const g = relu ? mask(dy, before) : dy;
  const excitedBack = options && referenceSqueezeExciteGradients(last.normal, excite, options, g);
  const gradients: Record<string, Float64Array> = {};
  const keep = (key: string, weights: Record<string, Float64Array>) => {
    for (const [name, values] of Object.entries(weights)) gradients[`${name}${key}`] = values;
  };
  let back = excitedBack?.dx ?? g;
  for (let index = links.length - 1; index >= 0; index--) {
    const { dx, weights } = linkBack(links[index]!, back);
    keep(String(index), weights);
    back = index > 0 ? mask(dx, links[index - 1]!.normal) : dx;
  }
  const skipped = shortcut && linkBack(shortcut, g);
  if (skipped) keep('S', skipped.weights);
  const through = shape.residual === 'input' ? g.data : skipped?.dx.data;
  gradients['x'] = back.data.map((value, at) => value + (through?.[at] ?? 0));
  if (shape.residual === 'tensor') gradients['residual'] = g.data;
  if (excitedBack) {
    const { w1, b1, w2, b2 } = excitedBack;
    Object.assign(gradients, { w1, b1, w2, b2 });
  }
  return {
    x,
    all: [...links, ...(shortcut ? [shortcut] : [])],
    excite,
    residual: shape.residual === 'tensor' ? residual : undefined,
    dy,
    y,
    gates: excited?.gates ?? new Float64Array(),
    nearestKink,
    gradients,
  };
}

/** Worst relative error of the chain's kernels; of training with all gradients, and of inference with the batch's statistics. */
function worstError(shape: Case): number {
  const expected = reference(shape);
  const { gate, stride, kernel, filters } = shape;
  const settings = (index: number): ChainLink => ({
    strides: index === 0 ? stride : 1,
    pad: 'same',
    epsilon: EPSILON,
  });
  const attributes: ChainAttributes = {
    links: Array.from({ length: shape.links }, (_, index) => settings(index)),
    ...(shape.residual === 'shortcut' && { shortcut: settings(0) }),
    residual: shape.residual,
    relu: shape.relu,
    inputGradient: true,
    ...(gate && { gate }),
  };
  const keys = linkKeys(attributes);
  return tf.tidy(() => {
    const tensor = (data: ArrayLike<number>, size: readonly number[]) =>
      tf.tensor(Float32Array.from(data), [...size]);
    const of = ({ shape: size, data }: Float64Images) => tensor(data, size);
    const inputs: tf.NamedTensorMap = { x: of(expected.x) };
    keys.forEach((key, index) => {
      const { convolution, normalisation, x } = expected.all[index]!;
      const size = key === 'S' ? 1 : kernel;
      inputs[`filter${key}`] = tensor(convolution.weight, [size, size, x.shape[3], convolution.filters]);
      inputs[`gamma${key}`] = tensor(normalisation.gamma, [convolution.filters]);
      inputs[`beta${key}`] = tensor(normalisation.beta, [convolution.filters]);
    });
    if (gate) {
      inputs['w1'] = tensor(expected.excite.w1, [filters, HIDDEN]);
      inputs['b1'] = tensor(expected.excite.b1, [HIDDEN]);
      inputs['w2'] = tensor(expected.excite.w2, [HIDDEN, filters]);
      inputs['b2'] = tensor(expected.excite.b2, [filters]);
    }
    if (expected.residual) inputs['residual'] = tensor(expected.residual, expected.y.shape);
    const names = Object.keys(inputs);
    const chainOf = (named: tf.NamedTensorMap): ConvChain => {
      const weights = keys.map(
        (key) =>
          ({
            filter: named[`filter${key}`],
            gamma: named[`gamma${key}`],
            beta: named[`beta${key}`],
          }) as LinkWeights,
      );
      return {
        attributes,
        links: weights.slice(0, shape.links),
        shortcut: weights[shape.links],
        excitation: gate && {
          w1: named['w1'] as tf.Tensor2D,
          b1: named['b1'] as tf.Tensor1D,
          w2: named['w2'] as tf.Tensor2D,
          b2: named['b2'] as tf.Tensor1D,
        },
        composeExcitation: undefined,
      };
    };
    const errors: number[] = [];
    const check = (actual: tf.Tensor, wanted: ArrayLike<number>) =>
      errors.push(relativeError(actual.dataSync(), wanted));
    const run = (...tensors: tf.Tensor[]) => {
      const named = Object.fromEntries(names.map((name, index) => [name, tensors[index]!]));
      return convChainTraining(
        chainOf(named),
        named['x'] as tf.Tensor4D,
        named['residual'] as tf.Tensor4D | undefined,
        (link, { mean, variance }) => {
          check(mean, expected.all[link]!.statistics.mean);
          check(variance, expected.all[link]!.statistics.variance);
        },
        (gates) => check(gates, expected.gates),
      );
    };
    check(run(...Object.values(inputs)), expected.y.data);
    const gradients = tf.grads(run)(Object.values(inputs), of(expected.dy));
    const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));
    const floor = 0.1 * Math.max(...Object.values(expected.gradients).map(largest));
    names.forEach((name, index) => {
      const wanted = expected.gradients[name]!;
      // Some gradients vanish, as batch norm takes back what the weight does; what is left is the rounding of the larger ones.
      const scale = largest(wanted) / Math.max(largest(wanted), floor);
      errors.push(scale * relativeError(gradients[index]!.dataSync(), wanted));
    });

    const statistics = expected.all.map(({ statistics: { mean, variance } }) => ({
      mean: tensor(mean, [mean.length]) as tf.Tensor1D,
      variance: tensor(variance, [variance.length]) as tf.Tensor1D,
    }));
    const inferred = convChainInference(
      chainOf(inputs),
      inputs['x'] as tf.Tensor4D,
      inputs['residual'] as tf.Tensor4D | undefined,
      statistics,
      { onGates: (gates) => check(gates, expected.gates) },
    );
    check(inferred, expected.y.data);
    return Math.max(...errors);
  });
}

const base: Case = {
  batch: 3,
  height: 8,
  width: 8,
  channels: 4,
  filters: 4,
  kernel: 3,
  stride: 1,
  links: 1,
  relu: true,
  residual: 'none',
  gate: undefined,
};
const RESIDUALS: readonly ChainResidual[] = ['none', 'input', 'shortcut', 'tensor'];

describe('a chain of convolutions, batch norm, SE, addition and ReLU against float64 loops', () => {
  it('runs in kernels of its own', () => {
    expect(tf.getKernel(CONV_CHAIN_TRAINING, 'wasm')).toBeDefined();
  });

  const finishes = RESIDUALS.flatMap((residual) =>
    [1, 2, 3].flatMap((links) => [true, false].map((relu) => ({ residual, links, relu }))),
  );
  it.each(finishes)('%o', (finish) => {
    expect(worstError({ ...base, ...finish })).toBeLessThan(1e-4);
    expect(worstError({ ...base, ...finish, gate: 'sigmoid' })).toBeLessThan(1e-4);
  });

  const shapes: [string, Partial<Case>][] = [
    ['one image', { batch: 1 }],
    ['more images than a group', { batch: 11 }],
    ['RGB images', { channels: 3, filters: 16 }],
    ['one channel, one filter', { channels: 1, filters: 1, batch: 4 }],
    ['odd sizes', { height: 7, width: 5, channels: 5, filters: 6 }],
    ['stride 2', { stride: 2 }],
    ['stride 2 on odd sizes', { stride: 2, height: 9, width: 7 }],
    ['1 x 1', { kernel: 1 }],
    ['1 x 1 with stride 2', { kernel: 1, stride: 2 }],
    ['more filters than a block of channels', { filters: 36 }],
  ];
  it.each(shapes)('%s', (_, shape) => {
    expect(worstError({ ...base, ...shape })).toBeLessThan(1e-4);
    const block: Partial<Case> = { links: 2, residual: 'shortcut', gate: 'sigmoid' };
    expect(worstError({ ...base, ...shape, ...block })).toBeLessThan(1e-4);
  });

  it('any shape', () => {
    const anything = fc.record({
      batch: fc.integer({ min: 2, max: 5 }),
      // Enough pixels that three normalisations on end do not magnify the rounding.
      height: fc.integer({ min: 6, max: 9 }),
      width: fc.integer({ min: 6, max: 9 }),
      channels: fc.integer({ min: 1, max: 9 }),
      filters: fc.integer({ min: 1, max: 21 }),
      kernel: fc.constantFrom(1, 3),
      stride: fc.integer({ min: 1, max: 2 }),
      links: fc.integer({ min: 1, max: 3 }),
      relu: fc.boolean(),
      residual: fc.constantFrom<ChainResidual>('none', 'shortcut', 'tensor'),
      gate: fc.constantFrom(undefined, ...GATES),
    });
    fc.assert(
      fc.property(anything, (shape) => {
        expect(worstError(shape)).toBeLessThan(1e-4);
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it('keeps its digits in channels far from zero', () => {
    const images = { ...base, height: 9, width: 9 };
    const { x, all } = reference(images);
    // A bright picture: means of hundreds, spreads of a few.
    x.data.forEach((value, at) => (x.data[at] = Math.fround(value + 100)));
    const { convolution } = all[0]!;
    const inner = channelStatistics(referenceConv2d(x, { ...convolution, padding: 'valid' }));
    expect(Math.max(...inner.mean.map(Math.abs))).toBeGreaterThan(
      30 * Math.sqrt(Math.max(...inner.variance)),
    );
    tf.tidy(() => {
      let error = Infinity;
      convChainTraining(
        {
          attributes: {
            links: [{ strides: 1, pad: 'valid', epsilon: EPSILON }],
            residual: 'none',
            relu: false,
            inputGradient: true,
          },
          links: [
            {
              filter: tf.tensor4d(Float32Array.from(convolution.weight), [3, 3, base.channels, base.filters]),
              gamma: tf.ones([base.filters]),
              beta: tf.zeros([base.filters]),
            },
          ],
          shortcut: undefined,
          excitation: undefined,
          composeExcitation: undefined,
        },
        tf.tensor4d(Float32Array.from(x.data), [...x.shape]),
        undefined,
        (_, { variance }) => (error = relativeError(variance.dataSync(), inner.variance)),
        undefined,
      );
      expect(error).toBeLessThan(1e-4);
    });
  });

  it('leaves no tensor behind', () => {
    const block: Case = { ...base, links: 2, gate: 'sigmoid', residual: 'shortcut' };
    worstError(block);
    const before = tf.memory().numTensors;
    worstError(block);
    expect(tf.memory().numTensors).toBe(before);
  });
});
