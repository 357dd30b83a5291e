import * as v from 'valibot';
import { modelSpecSchema, type ModelSpec } from '../../../src/core/model/modelSpec';

type Definition = v.InferInput<typeof modelSpecSchema>;

/** A spec of the given depth with defaults, and SE as given. */
export function specOf(
  depth: ModelSpec['backbone']['depth'],
  se: Definition['se'] = 'none',
  rest: Partial<Definition> = {},
): ModelSpec {
  return v.parse(modelSpecSchema, { version: 1, name: `ResNet-${depth}`, backbone: { depth }, se, ...rest });
}
