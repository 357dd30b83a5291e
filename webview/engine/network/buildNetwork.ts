import type * as tf from '@tensorflow/tfjs-core';
import type { Graph, NodeId } from '../../../src/core/model/graph';
import { buildChain } from './buildChain';
import type { BuiltNode, NodeForward } from './buildNode';
import { buildNode } from './buildNode';
import type { Network } from './network';
import { planSteps, type Step } from './planSteps';

export type { ForwardOptions, Network, NetworkParameter } from './network';

/**
 * Builds the network of a Graph on the running backend. Starting values come from `seed` (0 to 2^32 - 1) and each parameter's name, so
 * that networks of a pair share those of all common parameters.
 */
export function buildNetwork(graph: Graph, seed: number): Network {
  const built = new Map(graph.nodes.map((node) => [node.id, buildNode(node, seed)]));
  const parameters = graph.nodes.flatMap(({ id }) => valueOf(built, id).parameters);
  const steps = planSteps(graph).map((step) => ({ ...step, forward: forwardOf(step, built) }));
  const lastReaders = new Map<NodeId, Step>();
  for (const step of steps) for (const input of step.inputs) lastReaders.set(input, step);
  return {
    graph,
    parameters,
    forward(images, options) {
      const outputs = new Map<NodeId, tf.Tensor>();
      let latest: tf.Tensor = images;
      for (const step of steps) {
        const [first = images, ...others] = step.inputs.map((id) => valueOf(outputs, id));
        latest = step.forward([first, ...others], options);
        outputs.set(step.output, latest);
        // Freed as soon as nobody reads them: the way back keeps what it needs itself, and that is less than half.
        for (const id of new Set(step.inputs)) {
          const output = valueOf(outputs, id);
          if (lastReaders.get(id) === step && output !== images) output.dispose();
        }
      }
      return latest as tf.Tensor2D;
    },
    dispose() {
      for (const { variable } of parameters) variable.dispose();
    },
  };
}

function forwardOf({ chain, output }: Step, built: ReadonlyMap<NodeId, BuiltNode>): NodeForward {
  return chain ? buildChain(chain, (id) => valueOf(built, id)) : valueOf(built, output).forward;
}

function valueOf<V>(map: ReadonlyMap<NodeId, V>, id: NodeId): V {
  const value = map.get(id);
  if (value === undefined) throw new RangeError(`Node ${id} is read before it is computed`);
  return value;
}
