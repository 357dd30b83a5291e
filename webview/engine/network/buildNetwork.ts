import type * as tf from '@tensorflow/tfjs-core';
import type { Graph, NodeId } from '../../../src/core/model/graph';
import { buildChain } from './buildChain';
import type { BuiltNode, NodeForward } from './buildNode';
import { buildNode } from './buildNode';
import type { ForwardOptions, Midway, SteppedNetwork } from './network';
import { planSteps, type Step } from './planSteps';

export type { ForwardOptions, Midway, Network, NetworkParameter, SteppedNetwork } from './network';

/**
 * Builds the network of a Graph on the running backend. Starting values come from `seed` (0 to 2^32 - 1) and each parameter's name, so
 * that networks of a pair share those of all common parameters.
 */
export function buildNetwork(graph: Graph, seed: number): SteppedNetwork {
  const built = new Map(graph.nodes.map((node) => [node.id, buildNode(node, seed)]));
  const parameters = graph.nodes.flatMap(({ id }) => valueOf(built, id).parameters);
  const steps = planSteps(graph).map((step) => ({ ...step, forward: forwardOf(step, built) }));
  const lastReaders = new Map<NodeId, Step>();
  for (const step of steps) for (const input of step.inputs) lastReaders.set(input, step);
  const result = steps.at(-1)!.output;
  // The first step is the input's and makes nothing.
  const begin = (images: tf.Tensor4D): Midway => ({ step: 1, values: new Map([[steps[0]!.output, images]]) });
  const advance = (from: Midway, to: number, options: ForwardOptions): Midway => {
    const values = new Map(from.values);
    const own = new Set<tf.Tensor>();
    for (const step of steps.slice(from.step, to)) {
      const [first, ...others] = step.inputs.map((id) => valueOf(values, id));
      const output = step.forward([first!, ...others], options);
      // Freed as soon as nobody reads them: the way back keeps what it needs itself, and that is less than half.
      for (const id of new Set(step.inputs)) {
        if (lastReaders.get(id) !== step) continue;
        const read = valueOf(values, id);
        values.delete(id);
        if (own.has(read)) read.dispose();
      }
      values.set(step.output, output);
      own.add(output);
    }
    return { step: to, values };
  };
  return {
    graph,
    parameters,
    steps,
    begin,
    advance,
    forward: (images, options) =>
      valueOf(advance(begin(images), steps.length, options).values, result) as tf.Tensor2D,
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
