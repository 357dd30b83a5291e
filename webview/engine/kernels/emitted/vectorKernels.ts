/** Kernels on whole tensors, element by element. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import type { SgdAttributes } from '../sgdUpdate';
import { FLOAT } from './convGeometry';
import { FunctionEncoder, type Local } from './wasmEncoder';
import { hasRelaxedSimd, instantiate, WasmMemory } from './wasmMemory';

interface VectorFunctions {
  add(a: number, b: number, sum: number, count: number): void;
  sgd(
    parameter: number,
    velocity: number,
    gradient: number,
    count: number,
    learningRate: number,
    momentum: number,
    weightDecay: number,
  ): void;
}

const compiled = new WeakMap<WasmMemory, VectorFunctions>();

function functionsOf(heap: WasmMemory): VectorFunctions {
  const functions =
    compiled.get(heap) ??
    (instantiate(heap.memory, [emitAdd(), emitSgd(hasRelaxedSimd())]) as unknown as VectorFunctions);
  compiled.set(heap, functions);
  return functions;
}

/** sum = a + b, addresses of `floats` floats; sum may be one of the others. */
export function addVectors(heap: WasmMemory, a: number, b: number, sum: number, floats: number): void {
  functionsOf(heap).add(a, b, sum, floats);
}

/** Sums of two float32 tensors of one shape; what else there is to add goes to `general`, the backend's own kernel. */
export function addKernel(general: KernelFunc): KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
    const simple =
      a.dtype === 'float32' &&
      b.dtype === 'float32' &&
      util.arraysEqual(a.shape, b.shape) &&
      a.shape.length > 0;
    if (!simple) return general(call);
    const heap = WasmMemory.of(call.backend);
    const sum = heap.allocate(a.shape);
    addVectors(heap, heap.address(a), heap.address(b), heap.address(sum), util.sizeFromShape(a.shape));
    return sum;
  };
}

/** Signature: ../sgdUpdate.ts. */
export const sgdUpdateKernel: KernelFunc = ({ inputs, backend, attrs }) => {
  const { parameter, velocity, gradient } = inputs as Record<string, TensorInfo>;
  const { learningRate, momentum, weightDecay } = attrs as unknown as SgdAttributes;
  const heap = WasmMemory.of(backend);
  functionsOf(heap).sgd(
    heap.address(parameter!),
    heap.address(velocity!),
    heap.address(gradient!),
    util.sizeFromShape(parameter!.shape),
    learningRate,
    momentum,
    weightDecay,
  );
  return [];
};

function emitAdd(): FunctionEncoder {
  const f = new FunctionEncoder('add', ['i32', 'i32', 'i32', 'i32'], false);
  const [a, b, sum, count] = [0, 1, 2, 3].map((index) => f.parameter(index)) as [Local, Local, Local, Local];
  const [left, right] = [f.local('v128'), f.local('v128')];
  overVectors(f, count, [a, b, sum], (lanes) => {
    f.loadLanes(a, 0, lanes).set(left).loadLanes(b, 0, lanes).set(right);
    f.combine(left, left, 'add', right).storeLanes(sum, 0, left, lanes);
  });
  return f;
}

/** velocity = momentum velocity + (gradient + weightDecay parameter); parameter -= learningRate velocity. */
function emitSgd(relaxed: boolean): FunctionEncoder {
  const f = new FunctionEncoder('sgd', ['i32', 'i32', 'i32', 'i32', 'f32', 'f32', 'f32'], relaxed);
  const [parameter, velocity, gradient, count] = [0, 1, 2, 3].map((index) => f.parameter(index)) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const vector = () => f.local('v128');
  const [rate, momentum, decay] = [vector(), vector(), vector()];
  const [weights, step, slope] = [vector(), vector(), vector()];
  f.splatOf(rate, f.parameter(4)).splatOf(momentum, f.parameter(5)).splatOf(decay, f.parameter(6));
  overVectors(f, count, [parameter, velocity, gradient], (lanes) => {
    f.loadLanes(parameter, 0, lanes).set(weights).loadLanes(gradient, 0, lanes).set(slope);
    f.fused(slope, weights, decay, slope);
    f.loadLanes(velocity, 0, lanes).set(step).fused(step, step, momentum, slope);
    f.storeLanes(velocity, 0, step, lanes);
    f.combine(step, step, 'mul', rate).combine(weights, weights, 'sub', step);
    f.storeLanes(parameter, 0, weights, lanes);
  });
  return f;
}

/** Emits `body` for four floats at a time, and for the last ones singly. */
function overVectors(
  f: FunctionEncoder,
  count: Local,
  addresses: readonly Local[],
  body: (lanes: number) => void,
): void {
  for (const lanes of [4, 1]) {
    f.whileAtLeast(count, lanes, () => {
      body(lanes);
      for (const address of addresses) f.advance(address, lanes * FLOAT);
    });
  }
}
