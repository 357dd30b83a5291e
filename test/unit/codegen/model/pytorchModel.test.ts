/**
 * Generated PyTorch is executed: against the network that test/support/pytorch builds from the Graph's meaning alone, with the same weights,
 * which come by the file that the extension exports.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateModel } from '../../../../src/core/codegen/model/generateModel';
import { compileModel } from '../../../../src/core/model/compileModel';
import { parameterCount, type Graph, type ParamInfo } from '../../../../src/core/model/graph';
import { withoutSe, type ModelSpec } from '../../../../src/core/model/modelSpec';
import { encodeSafetensors } from '../../../../src/core/weights/safetensors';
import { toStateDict } from '../../../../src/core/weights/pytorchLayout';
import { randomValues } from '../../../engine/support/smallNetwork';
import { expectInitialValues, WIDE, type Moments } from './initialValues';
import { MODEL_CASES, specNamed } from './modelCases';
import { askPython, TORCH, TORCH_NOTE } from './runPython';

interface Answer {
  state: Record<string, number[]>;
  initial: Record<string, Moments>;
  parameters: number;
  control: number;
  logits: number[];
  differences: { eval: number; train: number };
  moved: number;
  silent: string[];
  decayed: string[];
}

const folder = mkdtempSync(path.join(tmpdir(), 'generated-pytorch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(specs: readonly ModelSpec[]): Answer[] {
  const support = path.join(import.meta.dirname, '../../../support/pytorch');
  const cases = specs.map((spec, index) => {
    const graph = compileModel(spec);
    const values = new Map(
      [...randomValues(graph, index)].map(([name, value]) => [name, Float32Array.from(value)]),
    );
    const weights = path.join(folder, `${index}.safetensors`);
    writeFileSync(weights, encodeSafetensors(toStateDict(graph, values), { note: 'test' }));
    const base64 = [...values].map(([name, value]) => [name, Buffer.from(value.buffer).toString('base64')]);
    const source = generateModel(spec, 'pytorch').text;
    return { source, graph, weights, values: Object.fromEntries(base64) as object, se: spec.se !== 'none' };
  });
  return askPython('checkGenerated.py', { support, cases }) as Answer[];
}

describe.skipIf(!TORCH)(`the PyTorch model${TORCH_NOTE}`, () => {
  let answers: Answer[] = [];
  beforeAll(() => {
    answers = run(MODEL_CASES);
  });

  const cases = MODEL_CASES.map((spec, index) => ({ name: spec.name, spec, index }));

  it.each(cases)('$name: the logits of the Graph', ({ index, spec }) => {
    const { logits, differences, moved } = answers[index]!;
    expect(logits).toEqual([3, spec.classes]);
    expect(differences.eval).toBeLessThan(1e-5);
    expect(differences.train).toBeLessThan(1e-4);
    expect(moved).toBeLessThan(1e-4);
  });

  it.each(cases)('$name: the parameters of the Graph, all of them trained', ({ index, spec }) => {
    const graph = compileModel(spec);
    const { state, parameters, control, silent, decayed } = answers[index]!;
    const { num_batches_tracked: _counted, ...named } = Object.fromEntries(
      Object.entries(state).filter(([key]) => !key.endsWith('num_batches_tracked')),
    );
    expect(named).toEqual(stateOf(graph));
    expect(parameters).toBe(parameterCount(graph));
    expect(control).toBe(parameterCount(compileModel(withoutSe(spec))));
    expect(silent).toEqual([]);
    expect(new Set(decayed)).toEqual(new Set(keysOf(graph, (info) => info.decay)));
  });

  it('starts from the values the Graph asks for', () => {
    const graph = compileModel(WIDE);
    const [{ initial }] = run([WIDE]) as [Answer];
    for (const info of graph.nodes.flatMap(({ params }) => params)) {
      expectInitialValues(info, initial[keyOf(graph, info)]!);
    }
  });
});

describe.skipIf(!TORCH)(`SE-ResNet-50 in PyTorch${TORCH_NOTE}`, () => {
  it("has the paper's parameters", { timeout: 120_000 }, () => {
    const spec = specNamed('SE-ResNet-50', {
      backbone: { depth: 50 },
      input: { height: 224, width: 224 },
      classes: 1000,
      se: { reduction: 16, bias: false },
    });
    const source = generateModel(spec, 'pytorch').text;
    const [counts] = askPython('countParameters.py', [source]) as [[number, number]];
    expect(counts).toEqual([25_557_032 + 2_514_944, 25_557_032]);
  });
});

const ROLES: Readonly<Record<ParamInfo['role'], string>> = {
  weight: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
  w1: 'fc1.weight',
  b1: 'fc1.bias',
  w2: 'fc2.weight',
  b2: 'fc2.bias',
};

function keyOf(graph: Graph, info: ParamInfo): string {
  const node = graph.nodes.find(({ params }) => params.includes(info));
  return `${node!.id}.${ROLES[info.role]}`;
}

function keysOf(graph: Graph, chosen: (info: ParamInfo) => boolean): string[] {
  return graph.nodes.flatMap(({ params }) => params.filter(chosen).map((info) => keyOf(graph, info)));
}

/** Names and shapes as the contract with the exported weights has them. */
function stateOf(graph: Graph): Record<string, number[]> {
  const entries = graph.nodes.flatMap(({ params }) =>
    params.map((info): [string, number[]] => {
      const [first = 0, second = 0, third = 0, fourth = 0] = info.shape;
      const isExcitation = info.role === 'w1' || info.role === 'w2';
      const shapes: Record<number, number[]> = {
        1: [first],
        2: isExcitation ? [second, first, 1, 1] : [second, first],
        4: [fourth, third, first, second],
      };
      return [keyOf(graph, info), shapes[info.shape.length]!];
    }),
  );
  return Object.fromEntries(entries);
}
