/** Generated TensorFlow.js is executed on tfjs's CPU backend, against plain loops over the Graph in float64 (test/engine/support). */
import * as tf from '@tensorflow/tfjs';
import { check } from 'prettier';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateModel } from '../../../../src/core/codegen/model/generateModel';
import { compileModel } from '../../../../src/core/model/compileModel';
import { elementCount, parameterCount, type Graph } from '../../../../src/core/model/graph';
import type { ModelSpec } from '../../../../src/core/model/modelSpec';
import { randomArray } from '../../../engine/support/randomArray';
import { referenceForward, type ParameterValues } from '../../../engine/support/referenceNetwork';
import { randomValues } from '../../../engine/support/smallNetwork';
import { expectInitialValues, momentsOf, WIDE } from './initialValues';
import { MODEL_CASES } from './modelCases';

type Form = 'tfjs' | 'tfjs-ts';

/** Runs the module, JavaScript or TypeScript, and its `createModel`. */
function createModel(spec: ModelSpec, form: Form): tf.LayersModel {
  const { outputText } = ts.transpileModule(generateModel(spec, form).text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported: { createModel?: () => tf.LayersModel } = {};
  new Function('require', 'exports', outputText)(() => tf, exported);
  return exported.createModel!();
}

/** The layer of a node has its id for a name, and its weights in the Graph's order and layouts. */
function setWeights(model: tf.LayersModel, graph: Graph, values: ParameterValues): void {
  for (const { id, params } of graph.nodes) {
    if (params.length === 0) continue;
    const tensors = params.map(({ name, shape }) =>
      tf.tensor(Float32Array.from(values.get(name)!), [...shape]),
    );
    model.getLayer(id).setWeights(tensors);
  }
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('the tfjs model', () => {
  const forms: Form[] = ['tfjs', 'tfjs-ts'];
  const cases = MODEL_CASES.map((spec, index) => ({ name: spec.name, spec, index, form: forms[index % 2]! }));

  it.each(cases)('$name: the logits of the Graph ($form)', ({ spec, index, form }) => {
    const graph = compileModel(spec);
    const model = createModel(spec, form);
    expect(model.trainableWeights.reduce((sum, { shape }) => sum + elementCount(shape as number[]), 0)).toBe(
      parameterCount(graph),
    );

    const values = randomValues(graph, index);
    setWeights(model, graph, values);
    const shape = [2, ...graph.inputShape] as [number, number, number, number];
    const images = randomArray(elementCount(shape), index, 'images');
    const logits = tf.tidy(() =>
      (model.predict(tf.tensor4d(Float32Array.from(images), shape)) as tf.Tensor).dataSync(),
    );

    const expected = referenceForward(graph, values, { shape, data: images }, false).outputs.get('fc')!.data;
    const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    expect(logits.length).toBe(expected.length);
    expected.forEach((value, at) => expect(Math.abs(logits[at]! - value) / scale).toBeLessThan(1e-4));
    model.dispose();
  });

  it('starts from the values the Graph asks for', () => {
    const graph = compileModel(WIDE);
    const model = createModel(WIDE, 'tfjs');
    for (const { id, params } of graph.nodes) {
      params.forEach((info, at) => {
        expectInitialValues(info, momentsOf(model.getLayer(id).getWeights()[at]!.dataSync()));
      });
    }
  });

  it('can be saved and loaded again', async () => {
    const [spec] = MODEL_CASES;
    const model = createModel(spec!, 'tfjs');
    const copy = await tf.models.modelFromJSON(model.toJSON(null, false) as unknown as tf.io.ModelJSON);
    expect(copy.getLayer('layer2.0.se').getConfig()).toEqual(model.getLayer('layer2.0.se').getConfig());
    expect(copy.countParams()).toBe(model.countParams());
  });

  it.each(cases)('$name: is laid out as Prettier would', async ({ spec }) => {
    const style = { printWidth: 110, singleQuote: true, trailingComma: 'all' } as const;
    for (const form of forms) {
      const { text, languageId } = generateModel(spec, form);
      const parser = languageId === 'typescript' ? 'typescript' : 'babel';
      expect(await check(text, { ...style, parser }), form).toBe(true);
    }
  });
});
