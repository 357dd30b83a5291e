import { describe, expect, it } from 'vitest';
import type { ParamInfo } from '../../../src/core/model/graph';
import { initialValues } from '../../../webview/engine/network/initialValues';

const kernel: ParamInfo = {
  name: 'layer1.0.conv1.weight',
  role: 'weight',
  shape: [3, 3, 16, 64],
  trainable: true,
  decay: true,
  init: 'heNormal',
};
const deviation = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe('initialValues', () => {
  it('draws He normals: fan-out for convolutions, fan-in for dense layers', () => {
    expect(deviation(initialValues(kernel, 1))).toBeCloseTo(Math.sqrt(2 / (9 * 64)), 2.5);
    const dense = { ...kernel, shape: [400, 50] };
    expect(deviation(initialValues(dense, 1))).toBeCloseTo(Math.sqrt(2 / 400), 2.5);
  });

  it('draws Glorot uniforms within their limit', () => {
    const values = initialValues({ ...kernel, shape: [100, 200], init: 'glorotUniform' }, 1);
    const limit = Math.sqrt(6 / 300);
    expect(Math.max(...values)).toBeLessThanOrEqual(limit);
    expect(Math.max(...values)).toBeGreaterThan(0.99 * limit);
    expect(Math.min(...values)).toBeLessThan(-0.99 * limit);
    expect(deviation(values)).toBeCloseTo(limit / Math.sqrt(3), 2.5);
  });

  it('fills constants', () => {
    expect([...initialValues({ ...kernel, shape: [2], init: 'zeros' }, 1)]).toEqual([0, 0]);
    expect([...initialValues({ ...kernel, shape: [2], init: 'ones' }, 1)]).toEqual([1, 1]);
  });

  it('depends on the seed and on the name, and on nothing else', () => {
    expect(initialValues(kernel, 1)).toEqual(initialValues({ ...kernel, trainable: false }, 1));
    expect(initialValues(kernel, 1)).not.toEqual(initialValues(kernel, 2));
    expect(initialValues(kernel, 1)).not.toEqual(
      initialValues({ ...kernel, name: 'layer1.0.conv2.weight' }, 1),
    );
  });
});
