import { toJsonSchema } from '@valibot/to-json-schema';
import { describe, expect, it } from 'vitest';
import { BACKBONE_DEPTHS } from '../../../src/core/model/backboneFamily';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import { specOf } from './definitionFixture';

/** As the build makes it for the editor. */
const schema = toJsonSchema(modelSpecSchema, { typeMode: 'input', errorMode: 'ignore' });

interface Conditional {
  if: { properties: { depth: { enum: number[] } } };
  then: { properties: { width: { default: number } } };
  else: { properties: { width: { default: number } } };
}

/** The ResNet among the families. */
function resnetOf({ properties }: typeof schema): { properties: object } {
  const { oneOf, anyOf } = properties!['backbone'] as { oneOf?: unknown[]; anyOf?: unknown[] };
  return (oneOf ?? anyOf)![0] as { properties: object };
}

describe('the JSON schema of definitions', () => {
  it.each(BACKBONE_DEPTHS)('tells the default width of ResNet-%i', (depth) => {
    const backbone = resnetOf(schema) as unknown as Conditional;
    const branch = backbone.if.properties.depth.enum.includes(depth) ? backbone.then : backbone.else;
    expect(specOf(depth).backbone).toHaveProperty('width', branch.properties.width.default);
  });

  it('names no default where it hangs on other settings', () => {
    const { se } = schema.properties as Record<string, { anyOf: unknown[] }>;
    expect(resnetOf(schema).properties).not.toHaveProperty('width.default');
    expect(resnetOf(schema).properties).not.toHaveProperty('stem.default');
    expect(se!.anyOf[1]).not.toHaveProperty('properties.stages.default');
  });
});
