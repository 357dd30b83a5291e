import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../../src/core/data/random';
import type { ParamInfo } from '../../../src/core/model/graph';
import { createOptimizer } from '../../../webview/engine/trainer/createOptimizer';
import type { OptimizerRecipe } from '../../../webview/engine/trainer/optimizer';
import { startWasm } from '../support/startWasm';

const parameter = (name: string, decay: boolean, trainable = true): ParamInfo => ({
  name,
  role: 'weight',
  shape: [2, 3],
  trainable,
  decay,
  init: 'zeros',
});
const infos = [parameter('kernel', true), parameter('bias', false), parameter('moving', false, false)];
const RATES = [0.1, 0.05, 0.2];

/** Three updates by the optimizer under test, from the same start and with the same gradients as `expected`. */
function updated(recipe: OptimizerRecipe): number[][] {
  const { normal } = createRandom(1, 'optimizer');
  return tf.tidy(() => {
    const parameters = infos.map((info) => ({
      info,
      variable: tf.variable(tf.tensor(draw(normal), [2, 3]), info.trainable),
    }));
    const optimizer = createOptimizer(recipe, parameters);
    RATES.forEach((learningRate, step) => {
      const gradients = parameters
        .filter(({ info }) => info.trainable)
        .map(({ variable }) => [variable.name, tf.tensor(draw(normal), [2, 3])] as const);
      optimizer.update(Object.fromEntries(gradients), learningRate, step);
    });
    const values = parameters.map(({ variable }) => [...variable.dataSync()]);
    optimizer.dispose();
    for (const { variable } of parameters) variable.dispose();
    return values;
  });
}

/** The same on plain numbers: `rule` keeps its state in `memory` and returns the new weight. */
function expected(
  weightDecay: number,
  rule: (w: number, g: number, rate: number, step: number, memory: number[]) => number,
): number[][] {
  const { normal } = createRandom(1, 'optimizer');
  const weights = infos.map(() => draw(normal));
  const memories = infos.map(() => Array.from({ length: 6 }, () => [0, 0]));
  RATES.forEach((rate, step) => {
    infos.forEach((info, index) => {
      if (!info.trainable) return;
      draw(normal).forEach((gradient, at) => {
        const weight = weights[index]![at]!;
        const decayed = gradient + (info.decay ? weightDecay * weight : 0);
        weights[index]![at] = rule(weight, decayed, rate, step, memories[index]![at]!);
      });
    });
  });
  return weights;
}

function draw(normal: () => number): number[] {
  return Array.from({ length: 6 }, normal);
}

function expectClose(actual: number[][], wanted: number[][]): void {
  actual.forEach((row, index) =>
    row.forEach((value, at) => expect(Math.abs(value - wanted[index]![at]!)).toBeLessThan(2e-6)),
  );
}

beforeAll(async () => {
  await startWasm();
});

describe('optimizers', () => {
  it('SGD: velocity carries over, kernels alone decay, moving statistics stay', () => {
    const wanted = expected(0.3, (w, g, rate, _step, memory) => {
      memory[0] = 0.9 * memory[0]! + g;
      return w - rate * memory[0];
    });
    expectClose(updated({ optimizer: 'sgd', momentum: 0.9, weightDecay: 0.3 }), wanted);
  });

  it('SGD without momentum or decay is gradient descent', () => {
    const wanted = expected(0, (w, g, rate) => w - rate * g);
    expectClose(updated({ optimizer: 'sgd', momentum: 0, weightDecay: 0 }), wanted);
  });

  it('Adam: both moments with their bias corrections', () => {
    const wanted = expected(0.3, (w, g, rate, step, memory) => {
      memory[0] = 0.8 * memory[0]! + 0.2 * g;
      memory[1] = 0.999 * memory[1]! + 0.001 * g * g;
      const mean = memory[0] / (1 - 0.8 ** (step + 1));
      const square = memory[1] / (1 - 0.999 ** (step + 1));
      return w - (rate * mean) / (Math.sqrt(square) + 1e-8);
    });
    expectClose(updated({ optimizer: 'adam', momentum: 0.8, weightDecay: 0.3 }), wanted);
  });

  it('frees everything', () => {
    const before = tf.memory().numTensors;
    updated({ optimizer: 'adam', momentum: 0.9, weightDecay: 0.1 });
    updated({ optimizer: 'sgd', momentum: 0.9, weightDecay: 0.1 });
    expect(tf.memory().numTensors).toBe(before);
  });
});
