import * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '../../../src/core/model/graph';
import type { Network } from '../network/buildNetwork';
import { unusable, type Checkpoint } from '../../../src/core/weights/checkpoint';
import type { Optimizer } from './optimizer';

interface NamedVariable {
  name: string;
  variable: tf.Variable;
}

/** Everything of a job that training changes, in checkpoint order. */
function variablesOf(network: Network, optimizer: Optimizer): NamedVariable[] {
  const parameters = network.parameters.map(({ info, variable }) => ({ name: info.name, variable }));
  return [...parameters, ...optimizer.slots];
}

/** Copies weights, moving statistics and optimizer slots out of the backend. */
export async function captureState(
  network: Network,
  optimizer: Optimizer,
  position: { epoch: number; step: number },
): Promise<Checkpoint> {
  const tensors = variablesOf(network, optimizer).map(async ({ name, variable }) => ({
    name,
    shape: variable.shape as Shape,
    values: Float32Array.from(await variable.data()),
  }));
  return { ...position, tensors: await Promise.all(tensors) };
}

/**
 * Puts a checkpoint's values back. Nothing is changed unless all of them fit.
 *
 * @throws PlaygroundError `storage/checkpoint` if it belongs to another model or optimizer
 */
export function restoreState(network: Network, optimizer: Optimizer, { tensors }: Checkpoint): void {
  const variables = variablesOf(network, optimizer);
  const stored = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  if (stored.size !== variables.length) throw unusable('it belongs to another model');
  const values = variables.map(({ name, variable }) => {
    const tensor = stored.get(name);
    if (!tensor || tensor.shape.join() !== variable.shape.join()) {
      throw unusable(`it belongs to another model (${name} does not fit)`);
    }
    return tensor.values;
  });
  tf.tidy(() => {
    variables.forEach(({ variable }, index) => variable.assign(tf.tensor(values[index]!, variable.shape)));
  });
}
