/** The TypeScript text passes the compiler at its strictest, in the middle of a user's file. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diagnostics } from '../../support/typescript/typeDiagnostics';
import type { SeOptions } from '../../../src/core/codegen/seOptions';
import { inserted, sample } from '../editing/planHarness';

const folder = fileURLToPath(new URL('../../support/samples/', import.meta.url));

describe('the tfjs definition in TypeScript', () => {
  it('compiles for every gate and place, and the check can fail', { timeout: 180_000 }, () => {
    const model = sample('tfjsModel.ts');
    const wrappers = sample('tfjsWrappers.ts');
    const cases: { text?: string; at: string; options: Partial<SeOptions> }[] = [
      { text: wrappers, at: 'let stem', options: {} },
      {
        text: wrappers.replace('let stem', 'const stem').replace('stem = unit(stem, 64);', ''),
        at: 'const stem',
        options: {},
      },
      { text: wrappers, at: 'y = convBn(y, filters);', options: {} },
      { text: wrappers, at: 'export function unit', options: {} },
      { at: 'export function residualBlock', options: { gate: 'sigmoid' } },
      { at: 'const stem', options: { gate: 'hard-sigmoid', bias: false } },
      { at: 'const sum', options: { gate: 'tanh', squeeze: 'max' } },
      { at: 'return tf.layers.reLU()', options: { gate: 'relu', reduction: 4 } },
    ];
    const results = cases.map(
      ({ text = model, at, options }) => inserted({ text, language: 'typescript', at, options }).result,
    );
    const sources = new Map(results.map((result, index) => [path.join(folder, `case${index}.ts`), result]));
    expect(diagnostics(sources)).toEqual([]);
    const wrong = (results[0] ?? '').replace('): tf.Tensor {', '): string {');
    expect(diagnostics(new Map([[path.join(folder, 'wrong.ts'), wrong]])).length).toBeGreaterThan(0);
  });
});
