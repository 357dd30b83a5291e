import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { SgdAttributes } from '../sgdUpdate';
import { PackedWork } from './packedWork';

const SHADER = `
void draw() {
  ivec2 at = position();
  vec4 weight = parameters(parameters_at(at.x), at.y);
  vec4 velocity = momentum * velocities(velocities_at(at.x), at.y) + gradients(gradients_at(at.x), at.y) + weightDecay * weight;
  target0 = weight - learningRate * velocity;
  target1 = velocity;
}`;

/** SGD_UPDATE. A texture cannot be read and drawn to at once, so "in place" is an exchange of textures. */
export const sgdUpdate: KernelFunc = ({ inputs, backend, attrs }) =>
  PackedWork.run(backend, (work) => {
    const { learningRate, momentum, weightDecay } = attrs as unknown as SgdAttributes;
    const { parameter, velocity, gradient } = inputs as Record<
      'parameter' | 'velocity' | 'gradient',
      TensorInfo
    >;
    const [newParameter, newVelocity] = [work.scratch(parameter.shape), work.scratch(parameter.shape)];
    work.draw({
      source: SHADER,
      textures: {
        parameters: work.packed(parameter),
        velocities: work.packed(velocity),
        gradients: work.packed(gradient),
      },
      floats: { learningRate, momentum, weightDecay },
      targets: [newParameter, newVelocity],
    });
    work.overwrite(parameter, newParameter);
    work.overwrite(velocity, newVelocity);
    return [];
  });
