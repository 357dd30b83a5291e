/** Our kernels on tfjs's WebGL backend, one by one, on software GL, against plain loops in float64. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRAD,
  SCALE_CHANNELS,
  SCALE_CHANNELS_GRAD,
} from '../../webview/engine/kernels/kernelNames';
import { GLOBAL_AVERAGE_POOL, GLOBAL_AVERAGE_POOL_GRADIENT } from '../../webview/engine/kernels/globalPool';
import type { Float64Images } from '../engine/support/float64Image';
import { randomArray } from '../engine/support/randomArray';
import {
  channelStatistics,
  referenceBatchNormGradients,
  referenceNormalise,
} from '../engine/support/referenceBatchNorm';
import { referenceConv2d, referenceConv2dGradients } from '../engine/support/referenceConv2d';
import { referenceMaxPool, referenceMaxPoolGradient } from '../engine/support/referenceMaxPool';
import { relativeError } from '../engine/support/relativeError';
import { launchChromium } from './support/chromium';
import type { PlainTensor } from './support/webglKernelDriver';
import { openWebglKernelPage, type WebglKernelPage } from './support/webglKernelPage';

/** Float32 products added in another order: sqrt(2000) roundings of 6e-8 are 3e-6. */
const ERROR = 2e-5;

let browser: Browser;
let page: WebglKernelPage;
beforeAll(async () => {
  browser = await launchChromium();
  page = await openWebglKernelPage(browser);
});
afterAll(() => browser.close());

function tensor(shape: readonly number[], label: string): PlainTensor & { data: Float64Array } {
  const data = randomArray(
    shape.reduce((product, size) => product * size, 1),
    7,
    label,
  );
  return { shape, values: [...data], data };
}

describe('convolutions', () => {
  it.each([
    { name: 'of the network', image: [2, 8, 8, 4], kernel: 3, filters: 8, stride: 1 },
    { name: 'of its first layer', image: [2, 6, 6, 3], kernel: 3, filters: 4, stride: 1 },
    { name: 'of a stage', image: [2, 8, 8, 4], kernel: 3, filters: 8, stride: 2 },
    { name: 'of a shortcut', image: [2, 8, 8, 4], kernel: 1, filters: 8, stride: 2 },
    { name: 'one by one', image: [3, 4, 6, 5], kernel: 1, filters: 6, stride: 1 },
    { name: 'odd', image: [1, 5, 7, 3], kernel: 3, filters: 5, stride: 1 },
    { name: 'odd with stride', image: [3, 7, 5, 5], kernel: 3, filters: 3, stride: 2 },
    { name: 'odd shortcut', image: [1, 7, 5, 6], kernel: 1, filters: 1, stride: 2 },
    { name: 'without padding', image: [2, 6, 5, 2], kernel: 3, filters: 4, stride: 1, padding: 'valid' },
    {
      name: 'without padding, with stride',
      image: [2, 7, 8, 2],
      kernel: 3,
      filters: 7,
      stride: 2,
      padding: 'valid',
    },
    { name: 'of one channel, narrow', image: [1, 4, 2, 1], kernel: 3, filters: 1, stride: 1 },
    { name: 'even filter', image: [2, 6, 6, 4], kernel: 2, filters: 4, stride: 1 },
    { name: 'of wide filters', image: [1, 9, 9, 3], kernel: 5, filters: 4, stride: 1 },
    { name: "of ImageNet's stem", image: [2, 12, 12, 3], kernel: 7, filters: 8, stride: 2 },
    { name: "of ImageNet's stem, odd", image: [1, 13, 9, 3], kernel: 7, filters: 4, stride: 2 },
  ] as const)('$name: $image, $kernel x $kernel, $filters, stride $stride', async (shape) => {
    const { image, kernel, filters, stride } = shape;
    const padding = 'padding' in shape ? shape.padding : 'same';
    const x = tensor(image, 'x');
    const filter = tensor([kernel, kernel, image[3], filters], 'filter');
    const conv = { weight: filter.data, kernel, filters, stride, padding } as const;
    const y = referenceConv2d({ shape: image, data: x.data }, conv);
    const dy = tensor(y.shape, 'dy');
    const gradients = referenceConv2dGradients({ shape: image, data: x.data }, conv, {
      shape: y.shape,
      data: dy.data,
    });
    const attributes = { strides: [stride, stride], pad: padding, dataFormat: 'NHWC' };
    for (const isPacked of [false, true]) {
      const [ys, dxs, dFilters] = await Promise.all([
        page.runKernel({
          kernelName: 'Conv2D',
          inputs: { x: { ...x, isPacked }, filter: { ...filter, isPacked } },
          attributes: { ...attributes, dilations: [1, 1] },
        }),
        page.runKernel({
          kernelName: 'Conv2DBackpropInput',
          inputs: { dy: { ...dy, isPacked }, filter: { ...filter, isPacked } },
          attributes: { ...attributes, inputShape: image },
        }),
        page.runKernel({
          kernelName: 'Conv2DBackpropFilter',
          inputs: { x: { ...x, isPacked }, dy: { ...dy, isPacked } },
          attributes: { ...attributes, filterShape: filter.shape },
        }),
      ]);
      expect(ys[0]!.shape).toEqual(y.shape);
      expect(relativeError(ys[0]!.values, y.data), 'y').toBeLessThan(ERROR);
      expect(relativeError(dxs[0]!.values, gradients.dx.data), 'dx').toBeLessThan(ERROR);
      expect(relativeError(dFilters[0]!.values, gradients.dWeight), 'dfilter').toBeLessThan(ERROR);
    }
  });
});

describe("max pooling, which is tfjs's own", () => {
  it.each([
    { image: [2, 8, 8, 4], kernel: 3, stride: 2 },
    { image: [3, 9, 7, 5], kernel: 3, stride: 2 },
    { image: [1, 2, 3, 6], kernel: 3, stride: 2 },
  ] as const)('$image, $kernel x $kernel, stride $stride', async ({ image, kernel, stride }) => {
    // Negative, where zeros of a padding would win.
    const data = tensor(image, 'x').data.map((value) => Math.fround(value - 1));
    const x = { shape: image, data, values: [...data] };
    const pool = { kernel, stride };
    const { output } = referenceMaxPool(x, pool);
    const dy = tensor(output.shape, 'dy');
    const dx = referenceMaxPoolGradient(x, pool, { shape: output.shape, data: dy.data });
    const attributes = { filterSize: [kernel, kernel], strides: [stride, stride], pad: 'same' };
    for (const isPacked of [false, true]) {
      const input = { shape: image, values: x.values, isPacked };
      const [y] = await page.runKernel({ kernelName: 'MaxPool', inputs: { x: input }, attributes });
      expect(y!.shape).toEqual(output.shape);
      expect(relativeError(y!.values, output.data), 'y').toBe(0);
      const [gradient] = await page.runKernel({
        kernelName: 'MaxPoolGrad',
        inputs: { dy: { ...dy, isPacked }, input, output: { ...y!, isPacked } },
        attributes,
      });
      expect(relativeError(gradient!.values, dx.data), 'dx').toBeLessThan(ERROR);
    }
  });
});

/** Images as the kernels get them (rounded to float32) and as the oracles do. */
type Images = PlainTensor & Float64Images;
function images(shape: Float64Images['shape'], label: string, mean = 0): Images {
  const data = tensor(shape, label).data.map((value) => Math.fround(value + mean));
  return { shape, data, values: [...data] };
}

const plain = (data: Float64Array): PlainTensor => ({ shape: [data.length], values: [...data] });

/** y + residual, and the ReLU of that. */
function finished(y: Float64Images, residual: Float64Images | undefined, relu: boolean): Images {
  const data = y.data.map((value, at) => {
    const sum = value + (residual?.data[at] ?? 0);
    return Math.fround(relu ? Math.max(0, sum) : sum);
  });
  return { shape: y.shape, data, values: [...data] };
}

/** dy where y is above zero. */
function shut(dy: Float64Images, y: Float64Images, relu: boolean): Float64Images {
  return { shape: dy.shape, data: dy.data.map((value, at) => (relu && y.data[at]! <= 0 ? 0 : value)) };
}

const WAYS = [
  { relu: false, residual: false },
  { relu: true, residual: false },
  { relu: true, residual: true },
  { relu: false, residual: true },
];
const SHAPES: Float64Images['shape'][] = [
  [2, 8, 8, 4],
  [3, 5, 7, 3],
  [1, 4, 4, 1],
  [1, 1, 3, 2],
  [40, 8, 2, 6],
];

describe('batch normalisation', () => {
  const epsilon = 1e-3;

  async function check(
    x: Images,
    way: (typeof WAYS)[number],
    error: { y: number; gradient: number },
  ): Promise<void> {
    const channels = x.shape[3];
    const gamma = tensor([channels], 'gamma');
    const beta = tensor([channels], 'beta');
    const residual = way.residual ? images(x.shape, 'residual') : undefined;
    const parameters = { gamma: gamma.data, beta: beta.data, epsilon };
    const statistics = channelStatistics(x);
    const y = finished(referenceNormalise(x, parameters, statistics), residual, way.relu);
    const attributes = { epsilon, ...way };

    const forward = await page.runKernel({
      kernelName: BATCH_NORM_TRAINING,
      inputs: { x, gamma, beta, ...(residual && { residual }) },
      attributes,
    });
    expect(forward.map(({ shape }) => shape)).toEqual([x.shape, [channels], [channels]]);
    expect(relativeError(forward[0]!.values, y.data), 'y').toBeLessThan(error.y);
    expect(relativeError(forward[1]!.values, statistics.mean), 'mean').toBeLessThan(ERROR);
    expect(relativeError(forward[2]!.values, statistics.variance), 'variance').toBeLessThan(error.y);

    const dy = images(x.shape, 'dy');
    const g = shut(dy, y, way.relu);
    const expected = referenceBatchNormGradients(x, parameters, g);
    const gradients = await page.runKernel({
      kernelName: BATCH_NORM_TRAINING_GRAD,
      inputs: { dy, y, x, gamma, mean: plain(statistics.mean), variance: plain(statistics.variance) },
      attributes,
    });
    expect(gradients).toHaveLength(way.residual ? 4 : 3);
    expect(gradients[0]!.shape).toEqual(x.shape);
    expect(relativeError(gradients[0]!.values, expected.dx.data), 'dx').toBeLessThan(error.gradient);
    expect(relativeError(gradients[1]!.values, expected.dGamma), 'dgamma').toBeLessThan(error.gradient);
    expect(relativeError(gradients[2]!.values, expected.dBeta), 'dbeta').toBeLessThan(ERROR);
    if (way.residual) expect(gradients[3]!.values).toEqual([...g.data]);
  }

  it.each(WAYS)('with ReLU $relu and residual $residual', (way) =>
    check(images([2, 6, 6, 4], 'x'), way, { y: ERROR, gradient: ERROR }),
  );

  it.each(SHAPES)('of [%i, %i, %i, %i]', (...shape) =>
    check(images(shape, 'x'), { relu: true, residual: true }, { y: ERROR, gradient: ERROR }),
  );

  it('keeps the variance of channels far from zero', () =>
    // The mean is rounded by 3e-5, which moves pixels of deviation 1 by as much.
    check(images([4, 8, 8, 4], 'x', 1000), { relu: false, residual: false }, { y: 1e-4, gradient: 1e-4 }));
});

describe('scaled channels', () => {
  it.each(SHAPES.flatMap((shape) => WAYS.map((way) => ({ shape, ...way }))))(
    '$shape with ReLU $relu and residual $residual',
    async ({ shape, ...way }) => {
      const [batch, height, width, channels] = shape;
      const x = images(shape, 'x');
      const dy = images(shape, 'dy');
      const gates = tensor([batch, channels], 'gates');
      const residual = way.residual ? images(shape, 'residual') : undefined;
      const gateAt = (at: number) =>
        Math.floor(at / (height * width * channels)) * channels + (at % channels);
      const scaled = x.data.map((value, at) => value * gates.data[gateAt(at)]!);
      const y = finished({ shape, data: scaled }, residual, way.relu);
      const [output] = await page.runKernel({
        kernelName: SCALE_CHANNELS,
        inputs: { x, gates, ...(residual && { residual }) },
        attributes: way,
      });
      expect(output!.shape).toEqual(shape);
      expect(relativeError(output!.values, y.data), 'y').toBeLessThan(ERROR);

      const g = shut(dy, y, way.relu);
      const dgates = new Float64Array(gates.data.length);
      g.data.forEach((value, at) => (dgates[gateAt(at)]! += value * x.data[at]!));
      const gradients = await page.runKernel({
        kernelName: SCALE_CHANNELS_GRAD,
        inputs: { dy, y, x, gates },
        attributes: way,
      });
      expect(gradients).toHaveLength(way.residual ? 3 : 2);
      expect(
        relativeError(
          gradients[0]!.values,
          g.data.map((value, at) => value * gates.data[gateAt(at)]!),
        ),
        'dx',
      ).toBeLessThan(ERROR);
      expect(gradients[1]!.shape).toEqual(gates.shape);
      expect(relativeError(gradients[1]!.values, dgates), 'dgates').toBeLessThan(ERROR);
      if (way.residual) expect(gradients[2]!.values).toEqual([...g.data]);
    },
  );
});

describe('means of images', () => {
  it.each(SHAPES)('of [%i, %i, %i, %i]', async (...shape) => {
    const [batch, height, width, channels] = shape;
    const x = images(shape, 'x');
    const dy = tensor([batch, channels], 'dy');
    const channelAt = (at: number) =>
      Math.floor(at / (height * width * channels)) * channels + (at % channels);
    const attributes = { height, width };
    const [means] = await page.runKernel({ kernelName: GLOBAL_AVERAGE_POOL, inputs: { x }, attributes });
    const expected = new Float64Array(batch * channels);
    x.data.forEach((value, at) => (expected[channelAt(at)]! += value / (height * width)));
    expect(means!.shape).toEqual([batch, channels]);
    expect(relativeError(means!.values, expected)).toBeLessThan(ERROR);

    const [dx] = await page.runKernel({
      kernelName: GLOBAL_AVERAGE_POOL_GRADIENT,
      inputs: { dy },
      attributes,
    });
    expect(dx!.shape).toEqual(shape);
    const spread = x.data.map((_, at) => dy.data[channelAt(at)]! / (height * width));
    expect(relativeError(dx!.values, spread)).toBeLessThan(ERROR);
  });
});

it('are multiplied rightly by tfjs where sizes are odd', async () => {
  const shape = [3, 4, 4, 5] as const;
  const x = images(shape, 'x');
  const gates = tensor([3, 5], 'gates');
  const call = {
    kernelName: SCALE_CHANNELS_GRAD,
    inputs: { dy: x, y: x, x, gates },
    attributes: { relu: false, residual: false },
  };
  const dgates = (await page.runKernel(call))[1]!.values;
  const product = await page.selfProduct(call, 1);
  const expected = Array.from({ length: 25 }, (_, at) =>
    [0, 1, 2].reduce((sum, n) => sum + dgates[n * 5 + Math.floor(at / 5)]! * dgates[n * 5 + (at % 5)]!, 0),
  );
  expect(relativeError(product.values, expected)).toBeLessThan(ERROR);
});

describe('SGD', () => {
  it.each([[[3, 3, 4, 5]], [[5]], [[4, 6]]])('updates %j in place', async (shape) => {
    const [parameter, velocity, gradient] = ['w', 'v', 'g'].map((label) => tensor(shape, label));
    const attributes = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 };
    const steps = await page.sgdUpdates({
      parameter: parameter!,
      velocity: velocity!,
      gradient: gradient!,
      attributes,
      steps: 3,
    });
    const [w, v] = [parameter!.data.slice(), velocity!.data.slice()];
    for (let step = 0; step < 3; step++) {
      w.forEach((value, at) => {
        v[at] = 0.9 * v[at]! + gradient!.data[at]! + 0.01 * value;
        w[at] = value - 0.1 * v[at]!;
      });
    }
    expect(steps.parameter.shape).toEqual(shape);
    expect(relativeError(steps.parameter.values, w)).toBeLessThan(ERROR);
    expect(relativeError(steps.velocity.values, v)).toBeLessThan(ERROR);
  });

  it('keeps no texture of an earlier step', async () => {
    const w = tensor([3, 3, 4, 4], 'w');
    const update = {
      parameter: w,
      velocity: w,
      gradient: w,
      attributes: { learningRate: 0.1, momentum: 0.9, weightDecay: 0 },
      steps: 2,
    };
    await page.sgdUpdates(update);
    const before = await page.memory();
    await page.sgdUpdates({ ...update, steps: 5 });
    expect(await page.memory()).toEqual(before);
  });
});

it('leaves nothing behind', async () => {
  const x = images([2, 8, 8, 4], 'x');
  const filter = tensor([3, 3, 4, 4], 'filter');
  const step = async () => {
    const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC' };
    const channel = tensor([4], 'channel');
    const squared = { shape: [4], values: [1, 2, 3, 4] };
    const flags = { relu: true, residual: true };
    await page.runKernel({
      kernelName: 'Conv2D',
      inputs: { x, filter },
      attributes: { ...attributes, dilations: 1 },
    });
    await page.runKernel({
      kernelName: 'Conv2DBackpropInput',
      inputs: { dy: x, filter },
      attributes: { ...attributes, inputShape: x.shape },
    });
    await page.runKernel({
      kernelName: 'Conv2DBackpropFilter',
      inputs: { x, dy: x },
      attributes: { ...attributes, filterShape: filter.shape },
    });
    await page.runKernel({
      kernelName: BATCH_NORM_TRAINING_GRAD,
      inputs: { dy: x, y: x, x, gamma: channel, mean: channel, variance: squared },
      attributes: { epsilon: 1e-3, ...flags },
    });
    await page.runKernel({
      kernelName: SCALE_CHANNELS_GRAD,
      inputs: { dy: x, y: x, x, gates: tensor([2, 4], 'gates') },
      attributes: flags,
    });
    return page.memory();
  };
  const before = await step();
  expect(await step()).toEqual(before);
  expect(await step()).toEqual(before);
});
