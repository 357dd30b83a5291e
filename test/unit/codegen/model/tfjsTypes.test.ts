/** Generated TypeScript passes the compiler at its strictest. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateModel } from '../../../../src/core/codegen/model/generateModel';
import { MODEL_CASES, NASTY_CASES } from './modelCases';
import { diagnostics } from '../../../support/typescript/typeDiagnostics';

describe('the tfjs model in TypeScript', () => {
  it('compiles for every case, and the check can fail', { timeout: 180_000 }, () => {
    const texts = [...MODEL_CASES, ...NASTY_CASES].map((spec) => generateModel(spec, 'tfjs-ts').text);
    const at = (name: string) => path.join(import.meta.dirname, name);
    const wrong = texts[0]!.replace('): tf.LayersModel {', '): string {');
    const sources = new Map(texts.map((text, index) => [at(`case${index}.ts`), text]));
    sources.set(at('wrong.ts'), wrong);
    const found = diagnostics(sources);
    expect(found.filter(({ file }) => file !== 'wrong.ts')).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });
});
