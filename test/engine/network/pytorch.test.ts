import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../webview/engine/network/buildNetwork';
import { softmaxCrossEntropy } from '../../../webview/engine/kernels/softmaxCrossEntropy';
import { gradientCases, type GradientCase } from '../../support/pytorch/gradientCases';
import {
  gradientError,
  storeGradient,
  storedError,
  type StoredReference,
} from '../../support/pytorch/storedGradients';
import { torchGradients, type TorchAnswer } from '../../support/pytorch/torchGradients';
import { torchVersion } from '../../support/pytorch/torchPython';
import { startWasm } from '../support/startWasm';

beforeAll(startWasm);

const TOLERANCE = 1e-4;
/** Nearer than this to a kink, float32 may be on the other side of it. */
const NEAREST_KINK = 1e-5;

const file = path.resolve(import.meta.dirname, '../../support/pytorch/reference.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as StoredReference;
const cases = gradientCases();

/** Our own loss, and the gradients of the trainable parameters by name. */
function ourGradients({ graph, values, images, labels, labelSmoothing }: GradientCase) {
  const network = buildNetwork(graph, 1);
  const gradients = new Map<string, ArrayLike<number>>();
  const loss = tf.tidy(() => {
    for (const { info, variable } of network.parameters) {
      variable.assign(tf.tensor(Float32Array.from(values.get(info.name)!), [...info.shape]));
    }
    const { value, grads } = tf.variableGrads(() =>
      softmaxCrossEntropy(
        network.forward(tf.tensor4d(Float32Array.from(images.data), [...images.shape]), { training: true }),
        tf.tensor1d([...labels], 'int32'),
        labelSmoothing,
      ),
    );
    for (const { info, variable } of network.parameters) {
      if (info.trainable) gradients.set(info.name, grads[variable.name]!.dataSync());
    }
    return value.dataSync()[0]!;
  });
  network.dispose();
  return { loss, gradients };
}

describe("a whole network's gradients against the stored ones of PyTorch in float64", () => {
  it('has a stored answer for every case, and no other', () => {
    expect(Object.keys(reference.cases)).toEqual(cases.map(({ name }) => name));
  });

  it.each(cases)('$name', (gradientCase) => {
    const stored = reference.cases[gradientCase.name]!;
    expect(stored.nearestKink).toBeGreaterThan(NEAREST_KINK);
    const { loss, gradients } = ourGradients(gradientCase);
    expect(Math.abs(loss - stored.loss) / stored.loss).toBeLessThan(1e-5);
    expect([...gradients.keys()].sort()).toEqual(Object.keys(stored.gradients).sort());
    for (const [name, gradient] of gradients) {
      expect(storedError(name, gradient, stored.gradients[name]!), name).toBeLessThan(TOLERANCE);
    }
  });

  it('would notice an error in a single element', () => {
    const gradient = Float64Array.from({ length: 500 }, (_, index) => Math.sin(index));
    const stored = storeGradient('any', gradient);
    expect(storedError('any', gradient, stored)).toBeLessThan(1e-8);
    const wrong = gradient.slice();
    wrong[123]! += 0.01;
    const exact = gradientError(wrong, gradient);
    expect(storedError('any', wrong, stored) / exact).toBeCloseTo(1, 5);
  });
});

const torch = torchVersion();

// Where there is no PyTorch the stored answers above stand for it.
describe.skipIf(torch === undefined)(
  `a whole network's gradients against PyTorch ${torch}, asked now`,
  () => {
    const answers = new Map<string, TorchAnswer>();
    beforeAll(() => {
      torchGradients(cases).answers.forEach((answer, index) => answers.set(cases[index]!.name, answer));
    });

    it.each(cases)('$name', (gradientCase) => {
      const answer = answers.get(gradientCase.name)!;
      expect(answer.nearestKink).toBeGreaterThan(NEAREST_KINK);
      const { loss, gradients } = ourGradients(gradientCase);
      expect(Math.abs(loss - answer.loss) / answer.loss).toBeLessThan(1e-5);
      expect([...gradients.keys()].sort()).toEqual([...answer.gradients.keys()].sort());
      for (const [name, gradient] of gradients) {
        expect(gradientError(gradient, answer.gradients.get(name)!), name).toBeLessThan(TOLERANCE);
      }
    });
  },
);
