import type { Graph, ParamInfo } from '../model/graph';
import { unusable, type Checkpoint } from './checkpoint';

/** Values of every parameter of a Graph, moving statistics included, by parameter name; row-major in the Graph's layouts. */
export type GraphWeights = ReadonlyMap<string, Float32Array>;

export function parametersOf(graph: Graph): ParamInfo[] {
  return graph.nodes.flatMap((node) => node.params);
}

/** The values of a parameter; a missing one is a programming error. */
export function weightOf(weights: GraphWeights, { name }: ParamInfo): Float32Array {
  const values = weights.get(name);
  if (!values) throw new RangeError(`There are no values of ${name}`);
  return values;
}

/**
 * The weights in a checkpoint; what the optimizer keeps beside them is left out.
 *
 * @throws PlaygroundError `storage/checkpoint` if the checkpoint is not one of this Graph
 */
export function weightsOf(graph: Graph, { tensors }: Checkpoint): GraphWeights {
  const parameters = new Map(parametersOf(graph).map((info) => [info.name, info]));
  const weights = new Map<string, Float32Array>();
  for (const { name, shape, values } of tensors) {
    const info = parameters.get(name);
    if (!info) {
      const isSlot = parameters.has(name.slice(0, Math.max(0, name.lastIndexOf('/'))));
      if (isSlot) continue;
      throw unusable(`it belongs to another model (which has ${name})`);
    }
    if (weights.has(name)) throw unusable(`it has ${name} twice`);
    if (shape.join() !== info.shape.join()) {
      throw unusable(`it belongs to another model (${name} does not fit)`);
    }
    weights.set(name, values);
  }
  const missing = [...parameters.keys()].find((name) => !weights.has(name));
  if (missing !== undefined) throw unusable(`it belongs to another model (without ${missing})`);
  return weights;
}
