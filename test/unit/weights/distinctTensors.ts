import { elementCount, type Graph } from '../../../src/core/model/graph';
import type { NamedTensor } from '../../../src/core/weights/namedTensor';

/** A value of its own for every scalar of every parameter, so that nothing can be swapped unseen. */
export function distinctTensors(graph: Graph): NamedTensor[] {
  let next = 1;
  return graph.nodes
    .flatMap((node) => node.params)
    .map(({ name, shape }) => ({
      name,
      shape,
      values: Float32Array.from({ length: elementCount(shape) }, () => next++),
    }));
}
