import { createRandom } from '../../../src/core/data/random';
import { compileModel } from '../../../src/core/model/compileModel';
import type { BackboneDepth, Stem } from '../../../src/core/model/backboneFamily';
import type { Graph } from '../../../src/core/model/graph';
import { elementCount } from '../../../src/core/model/graph';
import type { SeSpec } from '../../../src/core/model/modelSpec';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import * as v from 'valibot';

interface SmallNetwork {
  se: Partial<SeSpec> | 'none';
  /** Channels of the first stage. */
  width: number;
  size: number;
  /** 8 if left out. */
  depth?: BackboneDepth;
  /** By depth and size if left out. */
  stem?: Stem | undefined;
}

/** A ResNet small enough for plain loops, with 4 classes. */
export function smallGraph({ se, width, size, depth = 8, stem }: SmallNetwork): Graph {
  return compileModel(
    v.parse(modelSpecSchema, {
      version: 1,
      name: 'small',
      classes: 4,
      input: { height: size, width: size },
      backbone: { depth, width, stem },
      se: se === 'none' ? se : { hidden: 3, ...se },
    }),
  );
}

/** Random values for every parameter, float32-exact; variances positive, gammas away from zero. */
export function randomValues(graph: Graph, seed: number): Map<string, Float64Array> {
  const values = new Map<string, Float64Array>();
  for (const { name, role, shape } of graph.nodes.flatMap((node) => node.params)) {
    const { normal, uniform } = createRandom(seed, name);
    const positive = role === 'gamma' || role === 'movingVariance';
    const fanIn = elementCount(shape.slice(0, -1));
    const draw = positive ? () => 0.5 + uniform() : () => normal() / Math.sqrt(Math.max(fanIn, 4));
    values.set(
      name,
      Float64Array.from({ length: elementCount(shape) }, () => Math.fround(draw())),
    );
  }
  return values;
}
