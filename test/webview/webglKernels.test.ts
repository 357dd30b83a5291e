/** Our kernels on tfjs's WebGL backend, one by one, on software GL, against plain loops in float64. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomArray } from '../engine/support/randomArray';
import { referenceConv2d, referenceConv2dGradients } from '../engine/support/referenceConv2d';
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
