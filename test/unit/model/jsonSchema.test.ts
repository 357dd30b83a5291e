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

describe('the JSON schema of definitions', () => {
  it.each(BACKBONE_DEPTHS)('tells the default width of ResNet-%i', (depth) => {
    const backbone = schema.properties!['backbone'] as unknown as Conditional;
    const branch = backbone.if.properties.depth.enum.includes(depth) ? backbone.then : backbone.else;
    expect(branch.properties.width.default).toBe(specOf(depth).backbone.width);
  });

  it('names no default where it hangs on other settings', () => {
    const { backbone, se } = schema.properties as Record<string, { properties: object; anyOf: unknown[] }>;
    expect(backbone!.properties).not.toHaveProperty('width.default');
    expect(backbone!.properties).not.toHaveProperty('stem.default');
    expect(se!.anyOf[1]).not.toHaveProperty('properties.stages.default');
  });
});
