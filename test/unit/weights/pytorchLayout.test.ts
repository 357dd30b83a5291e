import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import type { NamedTensor } from '../../../src/core/weights/namedTensor';
import { fromStateDict, toStateDict } from '../../../src/core/weights/pytorchLayout';
import { exampleSpec } from '../host/runFixtures';
import { distinctTensors } from './distinctTensors';

const graph = compileModel(exampleSpec());
const tensors = distinctTensors(graph);
const state = toStateDict(graph, new Map(tensors.map(({ name, values }) => [name, values])));
const named = (list: readonly NamedTensor[], name: string) => list.find((tensor) => tensor.name === name)!;

describe('the state_dict', () => {
  it('has the names and shapes that PyTorch gives its modules', () => {
    expect(state.slice(0, 5).map(({ name, shape }) => [name, shape])).toEqual([
      ['conv1.weight', [16, 3, 3, 3]],
      ['bn1.weight', [16]],
      ['bn1.bias', [16]],
      ['bn1.running_mean', [16]],
      ['bn1.running_var', [16]],
    ]);
    expect(named(state, 'layer2.0.downsample.conv.weight').shape).toEqual([32, 16, 1, 1]);
    expect(named(state, 'layer1.0.se.fc1.weight').shape).toEqual([4, 16, 1, 1]);
    expect(named(state, 'layer1.0.se.fc1.bias').shape).toEqual([4]);
    expect(named(state, 'layer1.0.se.fc2.weight').shape).toEqual([16, 4, 1, 1]);
    expect(named(state, 'layer1.0.se.fc2.bias').shape).toEqual([16]);
    expect(named(state, 'fc.weight').shape).toEqual([10, 64]);
  });

  it('has each value where its indices say', () => {
    const ours = named(tensors, 'conv1.weight');
    const theirs = named(state, 'conv1.weight');
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 3; x++) {
        for (let input = 0; input < 3; input++) {
          for (let output = 0; output < 16; output++) {
            expect(theirs.values[((output * 3 + input) * 3 + y) * 3 + x]).toBe(
              ours.values[((y * 3 + x) * 3 + input) * 16 + output],
            );
          }
        }
      }
    }
    const [w1, fc1] = [named(tensors, 'layer1.0.se.w1'), named(state, 'layer1.0.se.fc1.weight')];
    for (let channel = 0; channel < 16; channel++) {
      for (let unit = 0; unit < 4; unit++) {
        expect(fc1.values[unit * 16 + channel]).toBe(w1.values[channel * 4 + unit]);
      }
    }
  });

  it('comes back as it was, in any order', () => {
    expect(fromStateDict(graph, [...state].reverse())).toEqual(tensors);
  });

  it('is refused if it is another model’s', () => {
    const refused = expect.objectContaining({ code: 'data/state-dict' }) as Error;
    expect(() => fromStateDict(graph, state.slice(1))).toThrowError(refused);
    const stray = { name: 'conv9.weight', shape: [1], values: Float32Array.of(0) };
    expect(() => fromStateDict(graph, [...state, stray])).toThrowError(refused);
    const turned = state.map((tensor) => ({ ...tensor, shape: [...tensor.shape].reverse() }));
    expect(() => fromStateDict(graph, turned)).toThrowError(refused);
  });
});
