/** TensorFlow.js networks are built for real: each residual unit ends in one addition, whose channels the dry run must know. */
import { readFileSync } from 'node:fs';
import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  countByStage,
  evaluateIn,
  instancesOf,
  readNetworks,
} from '../../../../src/core/editing/dryRun/readNetworks';
import { SourceFile } from '../../../../src/core/editing/syntax/sourceFile';
import * as builders from './sources/tfjsBuilders';

const text = readFileSync(new URL('sources/tfjsBuilders.ts', import.meta.url), 'utf8');
const reports = readNetworks(new SourceFile(text, 'typescript'));

function channelsOfAdditions(model: tf.LayersModel): (number | null)[] {
  return model.layers
    .filter((layer) => layer.getClassName() === 'Add')
    .map((layer) => (layer.outputShape as tf.Shape)[3] ?? null);
}

/** Network, unit, expression of its channels, stages. */
const EXPECTED = [
  ['cifarResnet', 'residualUnit', 'filters', 'stage 1 3 x 16, stage 2 3 x 32, stage 3 3 x 64'],
  ['tableNet', 'bottleneck', 'width * expansion', 'stage 1 1 x 16, stage 2 2 x 32'],
  ['reducedNet', 'residualUnit', 'filters', 'stage 1 1 x 4, stage 1 1 x 8, stage 1 2 x 16'],
  ['classNet', 'PreactUnit', 'this.wide', 'stage 1 2 x 8, stage 2 2 x 16'],
] as const;

describe('networks in TypeScript', () => {
  it('are the functions that make a model', () => {
    expect(reports.map(({ entry }) => entry)).toEqual(EXPECTED.map(([entry]) => entry));
    // Whether a unit of `tableNet` has a projection depends on shapes, so its convolutions are not all known.
    const unsure = reports.filter(({ complete }) => !complete);
    expect(unsure.map(({ entry, why }) => [entry, why])).toEqual([
      ['tableNet', '`conv` is called under a condition that is not known'],
    ]);
  });

  it.each(EXPECTED)('%s: %s', (entry, unit, channels, stages) => {
    const report = reports.find((each) => each.entry === entry);
    if (!report) throw new Error(`no ${entry}`);
    const { instances, complete } = instancesOf(report, unit);
    expect(complete).toBe(true);
    const counts = countByStage(instances, (block) => evaluateIn(block, channels));
    expect(
      counts.map(({ stage, blocks, channels: each }) => `${stage.path} ${blocks} x ${each}`).join(', '),
    ).toBe(stages);
    const model = builders[entry]();
    expect(instances.map((block) => evaluateIn(block, channels))).toEqual(channelsOfAdditions(model));
    model.dispose();
  });

  it('knows names and attributes of a call or class', () => {
    const [report] = reports.filter(({ entry }) => entry === 'tableNet');
    const [block] = report ? instancesOf(report, 'bottleneck').instances : [];
    expect(Object.fromEntries(block?.env ?? [])).toMatchObject({
      width: 4,
      stride: 1,
      expansion: 4,
      filters: 16,
    });
    const [made] = instancesOf(reports.at(-1) ?? reports[0]!, 'PreactUnit').instances;
    expect(Object.fromEntries(made?.env ?? [])).toMatchObject({
      'this.filters': 4,
      'this.stride': 2,
      'this.kernel': 3,
    });
  });
});

describe('what JavaScript does otherwise', () => {
  const value = (expression: string): number | null => {
    const [report] = readNetworks(
      new SourceFile(
        `const tf = require('@tensorflow/tfjs');
const options = { a: { b: [1, 2, 3] }, list: [4, 5], 'c-d': 6 };
function unit(x, filters) { return tf.layers.dense({ units: filters }).apply(x); }
function make() { const x = tf.input({ shape: [1] }); return tf.model({ inputs: x, outputs: unit(x, 8) }); }
module.exports = { make };`,
        'javascript',
      ),
    );
    const block = report && instancesOf(report, 'unit').instances[0];
    return block ? evaluateIn(block, expression) : NaN;
  };

  it.each([
    ['filters', 8],
    ['filters / 3', 8 / 3],
    ['Math.floor(filters / 3) * 2 ** 3', 16],
    ["'4' * 2", 8],
    ["+('1' + 2)", 12],
    ['options.a.b[1] + options["c-d"]', 8],
    ['options.missing ?? 7', 7],
    ['options.missing?.deeper ?? 9', 9],
    ['options.list.map((x) => x * 2).reduce((a, b) => a + b, 0)', 18],
    ['[...options.list, filters].length', 3],
    ['(({ a: { b: [first, ...rest] } }) => first + rest.length)(options)', 3],
    ['[3, 1, 2].filter((x) => x > 1).at(-1)', 2],
    ['(([a, b = 5, , d = a * 2]) => a + b + d)([1])', 8],
    ['filters === 8 && !0 ? 1 : 2', 1],
    ['null || 0 || 5', 5],
    ['typeof filters === "number" ? 1 : 0', 1],
    ['`${filters}x`.length', 2],
    ['Object.entries(options.a).length', 1],
    ['Number.isInteger(filters / 2) ? 1 : 0', 1],
    ['filters % 3', 2],
    ['parseInt("12px")', 12],
    ['Math.max(...options.list)', 5],
    ['x.shape[0]', null],
    ['nothing', null],
    ['filters / 0', null],
    ['((f) => f(f))((f) => f(f))', null],
    ['Array.from({ length: 1e12 }).length', null],
    ["'x'.repeat(1e12).length", null],
    ['filters +', null],
    ['filters; 3', null],
  ])('%s is %s', (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });
});
