/**
 * Generated Keras and Flax cannot run here: neither can be installed. They run on stand-ins that we wrote from the documentation (stubs/), which
 * compute with numpy: that shows that names, shapes, wiring, settings and initial values are those of the Graph. It does NOT show that the real
 * libraries accept the text; for that it is parsed, compiled and compared with files that were read line by line (pythonSource.test.ts).
 */
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateModel } from '../../../../src/core/codegen/model/generateModel';
import { compileModel } from '../../../../src/core/model/compileModel';
import type { Graph, ParamInfo } from '../../../../src/core/model/graph';
import { randomValues } from '../../../engine/support/smallNetwork';
import { MODEL_CASES } from './modelCases';
import { askPython, TORCH, TORCH_NOTE } from './runPython';

interface Answer {
  /** Largest, relative to the largest logit. */
  difference: number;
  /** By parameter. */
  initial: Record<string, unknown>;
  /** Momentum and epsilon of each. */
  batchNorm: [number, number][];
  sown: number[][];
}

describe.skipIf(!TORCH).each(['keras', 'flax'] as const)(
  `the %s model on a stand-in${TORCH_NOTE}`,
  (framework) => {
    let answers: Answer[] = [];
    beforeAll(() => {
      const cases = MODEL_CASES.map((spec, index) => {
        const graph = compileModel(spec);
        const values = [...randomValues(graph, index)].map(([name, value]) => {
          return [name, Buffer.from(Float32Array.from(value).buffer).toString('base64')] as const;
        });
        const source = generateModel(spec, framework).text;
        return { framework, source, graph, values: Object.fromEntries(values) };
      });
      const support = path.join(import.meta.dirname, '../../../support/pytorch');
      answers = askPython('checkStandIns.py', {
        support,
        stubs: path.join(import.meta.dirname, 'stubs'),
        cases,
      }) as Answer[];
    });

    it.each(MODEL_CASES.map((spec, index) => ({ name: spec.name, spec, index })))(
      '$name',
      ({ spec, index }) => {
        const graph = compileModel(spec);
        const { difference, initial, batchNorm, sown } = answers[index]!;
        expect(difference).toBeLessThan(1e-12);
        expect(initial).toEqual(
          Object.fromEntries(
            graph.nodes
              .flatMap(({ params }) => params)
              .map((info) => [info.name, initialOf(info, framework)]),
          ),
        );
        expect(batchNorm).toEqual(normsOf(graph));
        if (framework === 'flax') expect(sown).toEqual(graph.blocks.map(({ channels }) => [2, channels]));
      },
    );
  },
);

function initialOf({ init, shape }: ParamInfo, framework: 'keras' | 'flax'): unknown {
  switch (init) {
    case 'zeros':
    case 'ones':
      return init;
    case 'heNormal':
      return [
        2,
        shape.length === 4 ? 'fan_out' : 'fan_in',
        framework === 'keras' ? 'untruncated_normal' : 'normal',
      ];
    case 'glorotUniform':
      return 'glorot_uniform';
  }
}

function normsOf(graph: Graph): [number, number][] {
  return graph.nodes.flatMap(({ attributes }): [number, number][] =>
    attributes.op === 'batchNorm' ? [[attributes.momentum, attributes.epsilon]] : [],
  );
}
