import { describe, expect, it } from 'vitest';
import type { GeneratedSource } from '../../../../src/core/codegen/model/generatedSource';
import { generateModel, MODEL_FRAMEWORKS } from '../../../../src/core/codegen/model/generateModel';
import { generateTrainingScript } from '../../../../src/core/codegen/model/generateTrainingScript';
import { compileModel } from '../../../../src/core/model/compileModel';
import type { ModelSpec } from '../../../../src/core/model/modelSpec';
import { PLACES } from '../../../../src/core/model/modelSpec';
import { PRESETS } from '../../../../src/core/model/presets';
import { matchIn, OTHER_FILE, traceOf } from './traces';

/** Presets that are written as source, every place of the block, and single stages. */
const SPECS: readonly (readonly [string, ModelSpec])[] = [
  ...PRESETS.filter(({ spec }) => spec.backbone.family === 'resnet').map(
    ({ key, spec }) => [key, spec] as const,
  ),
  ...PRESETS.filter(({ key }) => key === 'resnet-20-quick').flatMap(({ spec }) => [
    ...PLACES.map((place) => [`place ${place}`, varied(spec, { place })] as const),
    ['the last stage', varied(spec, { stages: [3] })] as const,
    ['two stages', varied(spec, { stages: [1, 3] })] as const,
  ]),
];

function varied(spec: ModelSpec, change: Partial<Exclude<ModelSpec['se'], 'none'>>): ModelSpec {
  if (spec.se === 'none') throw new Error('a preset without SE');
  return { ...spec, se: { ...spec.se, ...change } };
}

function expectCertain(spec: ModelSpec, { text, languageId }: GeneratedSource): void {
  const { blocks } = compileModel(spec);
  const trace = traceOf(Object.fromEntries(blocks.map(({ id, channels }) => [id, channels])));
  const match = matchIn(text, trace, OTHER_FILE, languageId as 'python');
  if (match.kind !== 'certain') throw new Error(JSON.stringify(match));
  const [site, ...others] = match.placement.sites;
  expect(others).toEqual([]);
  expect(text.slice(site?.span.from, site?.span.to)).toMatch(/^(new )?SqueezeExcite\(/);
  expect(site?.blocks).toEqual(blocks.map(({ id }) => id));
  expect(match.placement.missing).toEqual([]);
}

describe.each(MODEL_FRAMEWORKS)('our own runs in generated %s', (framework) => {
  it.each(SPECS)('are certain: %s', (_, spec) => expectCertain(spec, generateModel(spec, framework)));
});

describe('our own runs in the generated training script', () => {
  it.each(SPECS)('are certain: %s', (_, spec) => expectCertain(spec, generateTrainingScript(spec)));
});
