import { describe, expect, it } from 'vitest';
import { generateModel, MODEL_FRAMEWORKS } from '../../../../src/core/codegen/model/generateModel';
import { compileModel } from '../../../../src/core/model/compileModel';
import { PRESETS } from '../../../../src/core/model/presets';
import { matchIn, OTHER_FILE, traceOf } from './traces';

describe.each(MODEL_FRAMEWORKS)('our own runs in generated %s', (framework) => {
  it.each(PRESETS.map(({ key, spec }) => [key, spec] as const))('are certain: %s', (_, spec) => {
    const { blocks } = compileModel(spec);
    const trace = traceOf(Object.fromEntries(blocks.map(({ id, channels }) => [id, channels])));
    const { text, languageId } = generateModel(spec, framework);
    const match = matchIn(text, trace, OTHER_FILE, languageId as 'python');
    if (match.kind !== 'certain') throw new Error(match.kind);
    const [site, ...others] = match.placement.sites;
    expect(others).toEqual([]);
    expect(text.slice(site?.span.from, site?.span.to)).toMatch(/^(new )?SqueezeExcite\(/);
    expect(site?.blocks).toEqual(blocks.map(({ id }) => id));
    expect(match.placement.missing).toEqual([]);
  });
});
