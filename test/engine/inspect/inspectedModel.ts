import * as v from 'valibot';
import { writeNormalised } from '../../../src/core/data/augmentation';
import { splitImages } from '../../../src/core/data/split';
import { compileModel } from '../../../src/core/model/compileModel';
import type { Graph } from '../../../src/core/model/graph';
import { modelSpecSchema, type SeSpec } from '../../../src/core/model/modelSpec';
import { encodeCheckpoint } from '../../../src/core/weights/checkpoint';
import type { ModelToOpen } from '../../../src/protocol/uiWorkerContract';
import type { Float64Images } from '../support/float64Image';
import { randomValues } from '../support/smallNetwork';
import { tinyData } from '../trainer/tinyJob';

const TRAINED_ON = 24;
const STILL = { shiftX: 0, shiftY: 0, flip: false };

export interface InspectedModel {
  order: ModelToOpen;
  graph: Graph;
  values: Map<string, Float64Array>;
  /** Of the validation images among the training images, by the trainer's rule. */
  chosen: Uint32Array;
  /** Of the validation images. */
  labels: number[];
  /** The validation images, normalised. */
  images: Float64Images;
}

/** An SE-ResNet-8 of width 4 with random weights, and some of `tinyData` to validate it on. */
export function inspectedModel(se: Partial<SeSpec> | 'none' = {}, validationImages = 24): InspectedModel {
  const subset = TRAINED_ON + validationImages;
  const spec = v.parse(modelSpecSchema, {
    version: 1,
    name: 'inspected',
    backbone: { depth: 8, width: 4 },
    se: se === 'none' ? se : { hidden: 3, ...se },
    training: { dataset: 'synthetic', subset, validationSplit: validationImages / subset },
  });
  const graph = compileModel(spec);
  const values = randomValues(graph, 7);
  const parameters = graph.nodes.flatMap(({ params }) => params);
  const tensors = parameters.map(({ name, shape }) => ({
    name,
    shape,
    values: Float32Array.from(values.get(name)!),
  }));
  // A checkpoint of training has these too.
  const slot = { ...tensors[0]!, name: `${tensors[0]!.name}/velocity` };
  const checkpoint = encodeCheckpoint({ epoch: 5, step: 15, tensors: [...tensors, slot] });
  const order = { spec, seed: 3, recipe: spec.training, checkpoint };
  const { train } = tinyData;
  const sizes = { train: TRAINED_ON, validation: validationImages };
  const chosen = splitImages(train.labels, sizes, order.seed).validation;
  const data = new Float32Array(validationImages * 3072);
  chosen.forEach((image, slot) => writeNormalised(train.images, image, STILL, data, slot * 3072));
  return {
    order,
    graph,
    values,
    chosen,
    labels: Array.from(chosen, (image) => train.labels[image]!),
    images: { shape: [validationImages, 32, 32, 3], data: Float64Array.from(data) },
  };
}
