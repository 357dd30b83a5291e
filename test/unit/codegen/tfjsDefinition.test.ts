/** The tfjs text is run: every option against plain loops written from the paper's formulas, and inserted into a model. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SeOptions } from '../../../src/core/codegen/seOptions';
import { seDefinition } from '../../../src/core/codegen/seSnippets';
import { inserted, sample } from '../editing/planHarness';

type SeLayer = new (config?: { reduction?: number }) => tf.layers.Layer;

/** Runs JavaScript source with `tf` in scope and returns what `expression` is at its end. */
function run(source: string, expression: string): unknown {
  // The inner function lets the source declare a `tf` of its own.
  const body = `return (() => {\n${source}\nreturn ${expression};\n})();`;
  return new Function('tf', 'require', 'module', body)(tf, () => tf, {}) as unknown;
}

/** A fresh name per definition: tfjs registers classes by name. */
let classes = 0;
function layerClass(options: Omit<SeOptions, 'reduction'>): SeLayer {
  const className = `Se${(classes += 1)}`;
  const style = { indent: '  ', eol: '\n', quote: "'", semicolons: true } as const;
  const source = seDefinition({
    framework: 'tfjs',
    language: 'javascript',
    className,
    namespace: 'tf',
    options,
    style,
  });
  return run(source, className) as SeLayer;
}

const GATE: Record<SeOptions['gate'], (x: number) => number> = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  'hard-sigmoid': (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
  tanh: Math.tanh,
  relu: (x) => Math.max(x, 0),
};

/** x * gate(W2 relu(W1 z + b1) + b2), z the mean or maximum over height and width; [N][H*W][C] flat in NHWC. */
function oracle(
  x: readonly number[],
  shape: readonly [number, number, number],
  w: readonly (readonly number[])[],
  options: Omit<SeOptions, 'reduction'>,
  hidden: number,
): number[] {
  const [images, pixels, channels] = shape;
  const [w1 = [], w2 = [], b1 = [], b2 = []] = w;
  const result: number[] = [];
  for (let n = 0; n < images; n += 1) {
    const at = (p: number, c: number): number => x[(n * pixels + p) * channels + c] ?? NaN;
    const z: number[] = [];
    for (let c = 0; c < channels; c += 1) {
      let sum = 0;
      let max = -Infinity;
      for (let p = 0; p < pixels; p += 1) {
        sum += at(p, c);
        max = Math.max(max, at(p, c));
      }
      z.push(options.squeeze === 'avg' ? sum / pixels : max);
    }
    const y: number[] = [];
    for (let h = 0; h < hidden; h += 1) {
      let sum = options.bias ? (b1[h] ?? NaN) : 0;
      for (let c = 0; c < channels; c += 1) sum += (z[c] ?? NaN) * (w1[c * hidden + h] ?? NaN);
      y.push(Math.max(sum, 0));
    }
    for (let p = 0; p < pixels; p += 1) {
      for (let c = 0; c < channels; c += 1) {
        let sum = options.bias ? (b2[c] ?? NaN) : 0;
        for (let h = 0; h < hidden; h += 1) sum += (y[h] ?? NaN) * (w2[h * channels + c] ?? NaN);
        result.push(at(p, c) * GATE[options.gate](sum));
      }
    }
  }
  return result;
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('the tfjs definition', () => {
  const gates = Object.keys(GATE) as SeOptions['gate'][];
  const cases = gates.flatMap((gate) =>
    (['avg', 'max'] as const).flatMap((squeeze) => [true, false].map((bias) => ({ gate, squeeze, bias }))),
  );

  it.each(cases)('$gate, $squeeze, bias $bias equals plain loops', (options) => {
    const Layer = layerClass(options);
    const layer = new Layer({ reduction: 2 });
    const input = tf.input({ shape: [3, 2, 6] });
    const model = tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
    expect(model.countParams()).toBe(2 * 6 * 3 + (options.bias ? 3 + 6 : 0));
    // Weights and inputs that are not symmetric, on both sides of every kink.
    const weights = layer
      .getWeights()
      .map((weight, k) => Array.from({ length: weight.size }, (_v, i) => Math.sin(3 * i + k + 1)));
    layer.setWeights(layer.getWeights().map((weight, k) => tf.tensor(weights[k] ?? [], weight.shape)));
    const x = Array.from({ length: 2 * 6 * 6 }, (_v, i) => 4 * Math.cos(i * i));
    const y = Array.from((model.predict(tf.tensor4d(x, [2, 3, 2, 6])) as tf.Tensor).dataSync());
    const wanted = oracle(x, [2, 6, 6], weights, options, 3);
    expect(y.length).toBe(wanted.length);
    y.forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 4));
  });

  it('saves its reduction', () => {
    const Layer = layerClass({ gate: 'sigmoid', squeeze: 'avg', bias: true });
    expect(new Layer({ reduction: 8 }).getConfig()['reduction']).toBe(8);
    expect(new Layer().getConfig()['reduction']).toBe(16);
  });
});

describe('inserted into a model', () => {
  it('runs, keeps the shapes and costs what was announced', () => {
    const text = sample('tfjsSequential.js').replace('flatten())', 'globalAveragePooling2d({}))');
    const before = run(text, 'createModel()') as tf.Sequential;
    const { plan, result } = inserted({ text, language: 'javascript', at: 'filters: 128' });
    const after = run(result, 'createModel()') as tf.Sequential;
    expect(after.outputs[0]?.shape).toEqual(before.outputs[0]?.shape);
    expect(after.countParams() - before.countParams()).toBe(plan.summary.extraParameters);
    expect(after.layers.length - before.layers.length).toBe(1);
    const output = after.predict(tf.ones([2, 28, 28, 1])) as tf.Tensor;
    expect(output.shape).toEqual([2, 10]);
    expect(output.dataSync().every(Number.isFinite)).toBe(true);
  });
});
