import { describe, expect, it } from 'vitest';
import { withoutSe } from '../../../src/core/model/modelSpec';
import { compileModel } from '../../../src/core/model/compileModel';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { weightsOf } from '../../../src/core/weights/graphWeights';
import { exampleSpec } from '../host/runFixtures';
import { distinctTensors } from './distinctTensors';

const graph = compileModel(exampleSpec());
const plain = compileModel(withoutSe(exampleSpec()));
const refused = expect.objectContaining({ code: 'storage/checkpoint' }) as Error;
const checkpointOf = (tensors: ReturnType<typeof distinctTensors>) =>
  decodeCheckpoint(encodeCheckpoint({ epoch: 1, step: 1, tensors }));

describe('weightsOf', () => {
  const tensors = distinctTensors(graph);

  it('takes every parameter of the Graph, and leaves what the optimizer keeps', () => {
    const slots = tensors.map(({ name, ...rest }) => ({ ...rest, name: `${name}/velocity` }));
    const weights = weightsOf(graph, checkpointOf([...tensors, ...slots]));
    expect([...weights.keys()]).toEqual(tensors.map(({ name }) => name));
    for (const { name, values } of tensors) expect(weights.get(name)).toEqual(values);
  });

  it('refuses the checkpoint of another model', () => {
    expect(() => weightsOf(plain, checkpointOf(tensors))).toThrowError(refused);
    expect(() => weightsOf(graph, checkpointOf(distinctTensors(plain)))).toThrowError(refused);
    const [first, ...others] = tensors;
    const reshaped = { ...first!, shape: [...first!.shape].reverse() };
    expect(() => weightsOf(graph, checkpointOf([reshaped, ...others]))).toThrowError(refused);
    expect(() => weightsOf(graph, checkpointOf([...tensors, first!]))).toThrowError(refused);
    const stray = { ...first!, name: '/velocity' };
    expect(() => weightsOf(graph, checkpointOf([...tensors, stray]))).toThrowError(refused);
  });
});
