import type * as tf from '@tensorflow/tfjs-core';
import type { Graph, NodeId } from '../../../src/core/model/graph';
import type { NodeForward } from './buildNode';
import { buildNode } from './buildNode';
import type { Network, NetworkParameter } from './network';

export type { ForwardOptions, Network, NetworkParameter } from './network';

/**
 * Builds the network of a Graph on the running backend. Starting values come from `seed` (0 to 2^32 - 1) and each parameter's name, so
 * that networks of a pair share those of all common parameters.
 */
export function buildNetwork(graph: Graph, seed: number): Network {
  const parameters: NetworkParameter[] = [];
  const forwards = new Map<NodeId, NodeForward>();
  for (const node of graph.nodes) {
    const built = buildNode(node, seed);
    parameters.push(...built.parameters);
    forwards.set(node.id, built.forward);
  }
  const lastReaders = lastReaderOfEachNode(graph);
  return {
    graph,
    parameters,
    forward(images, options) {
      const outputs = new Map<NodeId, tf.Tensor>();
      let latest: tf.Tensor = images;
      for (const node of graph.nodes) {
        const [first = images, ...others] = node.inputs.map((id) => valueOf(outputs, id));
        latest = valueOf(forwards, node.id)([first, ...others], options);
        outputs.set(node.id, latest);
        // Freed as soon as nobody reads them: the way back keeps what it needs itself, and that is less than half.
        for (const id of new Set(node.inputs)) {
          const output = valueOf(outputs, id);
          if (lastReaders.get(id) === node.id && output !== images) output.dispose();
        }
      }
      return latest as tf.Tensor2D;
    },
    dispose() {
      for (const { variable } of parameters) variable.dispose();
    },
  };
}

function lastReaderOfEachNode(graph: Graph): ReadonlyMap<NodeId, NodeId> {
  const readers = new Map<NodeId, NodeId>();
  for (const node of graph.nodes) for (const input of node.inputs) readers.set(input, node.id);
  return readers;
}

function valueOf<V>(map: ReadonlyMap<NodeId, V>, id: NodeId): V {
  const value = map.get(id);
  if (value === undefined) throw new RangeError(`Node ${id} is read before it is computed`);
  return value;
}
