import * as v from 'valibot';
import { encodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { compileModel } from '../../../src/core/model/compileModel';
import { elementCount, type Graph } from '../../../src/core/model/graph';
import { modelSpecSchema, type ModelSpec } from '../../../src/core/model/modelSpec';
import type { ModelToOpen } from '../../../src/protocol/uiWorkerContract';
import { randomValues } from '../support/smallNetwork';

export interface InspectedModel {
  order: ModelToOpen;
  graph: Graph;
  values: Map<string, Float64Array>;
}

/** A SE-ResNet-8 of width 4 with random weights, and 48 synthetic images of which 24 are for validation. */
export function inspectedModel(se: Partial<ModelSpec['se']> = {}, validationImages = 24): InspectedModel {
  const spec = v.parse(modelSpecSchema, {
    version: 1,
    name: 'inspected',
    backbone: { depth: 8, width: 4 },
    se: { hidden: 3, ...(se as object) },
    training: { dataset: 'synthetic', subset: 48, validationSplit: validationImages / 48 },
  });
  const graph = compileModel(spec);
  const values = randomValues(graph, 7);
  const infos = graph.nodes.flatMap(({ params }) => params);
  const tensors = infos.map(({ name, shape }) => ({
    name,
    shape,
    values: Float32Array.from(values.get(name) ?? new Float64Array(elementCount(shape))),
  }));
  const checkpoint = encodeCheckpoint({ epoch: 5, step: 15, tensors });
  return { order: { spec, seed: 3, recipe: spec.training, checkpoint }, graph, values };
}
