/**
 * The weights as a PyTorch state_dict: what the generated module (core/codegen/model) loads. Keys are the Graph's node ids and PyTorch's own names;
 * convolutions are [out, in, kh, kw], dense layers [out, in], the FC layers of SE 1x1 convolutions [out, in, 1, 1].
 */
import { PlaygroundError } from '../errors';
import { elementCount, type Graph, type ParamInfo, type Shape } from '../model/graph';
import { parametersOf, weightOf, type GraphWeights } from './graphWeights';
import type { NamedTensor } from './namedTensor';

const ROLE_KEY: Readonly<Record<ParamInfo['role'], string>> = {
  weight: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  movingMean: 'running_mean',
  movingVariance: 'running_var',
  w1: 'fc1.weight',
  b1: 'fc1.bias',
  w2: 'fc2.weight',
  b2: 'fc2.bias',
};

interface StateEntry {
  key: string;
  /** PyTorch's layout. */
  shape: Shape;
  /** Axis i of PyTorch's layout is axis `axes[i]` of the Graph's, but for axes of size 1 at the end. */
  axes: readonly number[];
}

/** The state_dict in the Graph's order. */
export function toStateDict(graph: Graph, weights: GraphWeights): NamedTensor[] {
  return parametersOf(graph).map((info) => {
    const { key, shape, axes } = entryOf(info);
    return { name: key, shape, values: permute(weightOf(weights, info), info.shape, axes) };
  });
}

/**
 * Inverse of `toStateDict`: the parameters in the Graph's order and layouts.
 *
 * @throws PlaygroundError `data/state-dict` if the tensors are not exactly those of this Graph
 */
export function fromStateDict(graph: Graph, tensors: readonly NamedTensor[]): NamedTensor[] {
  const given = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const parameters = parametersOf(graph);
  const keys = new Set(parameters.map((info) => entryOf(info).key));
  const foreign = tensors.find(({ name }) => !keys.has(name));
  if (foreign) throw misfit(`${foreign.name} is not part of it`);
  return parameters.map((info) => {
    const { key, shape, axes } = entryOf(info);
    const tensor = given.get(key);
    if (!tensor) throw misfit(`${key} is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw misfit(`${key} is [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`);
    }
    const back = axes.map((_, axis) => axes.indexOf(axis));
    const sizes = axes.map((axis) => info.shape[axis]!);
    return { name: info.name, shape: info.shape, values: permute(tensor.values, sizes, back) };
  });
}

function entryOf({ name, role, shape }: ParamInfo): StateEntry {
  const node = name.slice(0, -role.length - 1);
  const key = `${node}.${ROLE_KEY[role]}`;
  // [kh, kw, in, out] -> [out, in, kh, kw]; [in, out] -> [out, in]; vectors stay.
  const axes = shape.length === 4 ? [3, 2, 0, 1] : shape.length === 2 ? [1, 0] : [0];
  const permuted = axes.map((axis) => shape[axis]!);
  const isExcitation = role === 'w1' || role === 'w2';
  return { key, axes, shape: isExcitation ? [...permuted, 1, 1] : permuted };
}

/** Row-major values of `shape` with their axes in another order: axis i of the result is axis `axes[i]` of `values`. */
function permute(values: Float32Array, shape: Shape, axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const sizes = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  const result = new Float32Array(values.length);
  let next = 0;
  const copy = (axis: number, from: number): void => {
    const [size, step] = [sizes[axis], steps[axis]];
    if (size === undefined || step === undefined) {
      result[next++] = values[from]!;
      return;
    }
    for (let index = 0; index < size; index++) copy(axis + 1, from + index * step);
  };
  copy(0, 0);
  return result;
}

function misfit(why: string): PlaygroundError {
  return new PlaygroundError('data/state-dict', `The weights belong to another model: ${why}.`);
}
