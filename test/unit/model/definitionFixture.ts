import * as v from 'valibot';
import type { BackboneDepth } from '../../../src/core/model/backboneFamily';
import { modelSpecSchema, type ModelSpec } from '../../../src/core/model/modelSpec';

type Definition = v.InferInput<typeof modelSpecSchema>;

/** A spec of the given depth with defaults, and SE as given. */
export function specOf(
  depth: BackboneDepth,
  se: Definition['se'] = 'none',
  rest: Partial<Definition> = {},
): ModelSpec {
  return v.parse(modelSpecSchema, { version: 1, name: `ResNet-${depth}`, backbone: { depth }, se, ...rest });
}
