import { createRandom } from '../../../src/core/data/random';
import { compileModel } from '../../../src/core/model/compileModel';
import type { Graph } from '../../../src/core/model/graph';
import { elementCount } from '../../../src/core/model/graph';
import type { SeSpec } from '../../../src/core/model/modelSpec';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import * as v from 'valibot';

/** ResNet-8 small enough for plain loops: `width` channels in the first stage, 4 classes. */
export function smallGraph(options: { se: Partial<SeSpec> | 'none'; width: number; size: number }): Graph {
  const { se, width, size } = options;
  return compileModel(
    v.parse(modelSpecSchema, {
      version: 1,
      name: 'small',
      classes: 4,
      input: { height: size, width: size },
      backbone: { depth: 8, width },
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
