/**
 * VGG with batch norm (Simonyan and Zisserman, arXiv 1409.1556, table 1). The convolutions have no biases, as batch norm follows; dropout is left
 * out. Each convolution with its activation is a unit, F_tr of the SE paper, so its output is what an SE block gates.
 */
import type { BackboneOf } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { convolved, gatedEnd, pooledHead, seIn } from './layers';

const CONVOLUTIONS: Readonly<Record<BackboneOf<'vgg'>['depth'], readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};
/** Stages after the fourth do not get wider. */
const MAX_WIDENING = 8;
const DENSE_UNITS = 4096;

/** The whole network: the head with dense layers is its own. */
export function buildVgg(
  builder: GraphBuilder,
  images: NodeId,
  { depth, width, head }: BackboneOf<'vgg'>,
  { se, classes }: { se: 'none' | SeSpec; classes: number },
): NodeId {
  let x = images;
  CONVOLUTIONS[depth].forEach((count, before) => {
    const stage = before + 1;
    const filters = width * Math.min(MAX_WIDENING, 2 ** before);
    for (let index = 0; index < count; index++) {
      const unit = `layer${stage}.${index}`;
      builder.enter({ stage, unit });
      x = convolved(builder, unit, x, { filters, kernel: 3 });
      x = gatedEnd(builder, x, seIn(se, stage));
    }
    builder.enter({ stage });
    x = builder.maxPool(`layer${stage}.pool`, x, { kernel: 2, stride: 2 });
  });
  if (head === 'pooled') return pooledHead(builder, x, classes);
  builder.enter({ stage: 0 });
  let features = builder.flatten('flatten', x);
  for (const number of [1, 2]) {
    features = builder.dense(`fc${number}`, features, DENSE_UNITS);
    features = builder.relu(`fc${number}.relu`, features);
  }
  return builder.dense('fc', features, classes);
}
