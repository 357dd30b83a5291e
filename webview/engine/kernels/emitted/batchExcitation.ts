import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gate } from '../../../../src/core/model/modelSpec';
import { excite, exciteGradient, type ExciteSizes, type ExciteWeights } from '../excite';
import type { KernelInputs, WasmMemory } from './wasmMemory';

/** What the forward pass keeps: hidden [N, hidden] after ReLU, gates [N, C]. */
export interface ExcitationTensors {
  hidden: TensorInfo;
  gates: TensorInfo;
}

/** Where the way back writes: the weights' gradients as tensors, those of the squeezed channels [N, C] as an array. */
export interface ExcitationGradients {
  w1: TensorInfo;
  b1: TensorInfo | undefined;
  w2: TensorInfo;
  b2: TensorInfo | undefined;
  squeezed: Float32Array;
  /** Those of the weights that exist, in the order w1, b1, w2, b2. */
  tensors: TensorInfo[];
}

/** The excitation of one batch, between a kernel's tensors and the loops of ../excite.ts. */
export class BatchExcitation {
  /** Undefined where the kernel has no excitation weights among its inputs. */
  static of(
    heap: WasmMemory,
    inputs: KernelInputs,
    images: number,
    gate: Gate | undefined,
  ): BatchExcitation | undefined {
    return inputs['w1'] && gate ? new BatchExcitation(heap, inputs, images, gate) : undefined;
  }

  private constructor(
    private readonly heap: WasmMemory,
    private readonly inputs: KernelInputs,
    private readonly images: number,
    private readonly gate: Gate,
  ) {}

  allocate(): ExcitationTensors {
    const { images, channels, hidden } = this.sizes();
    return { hidden: this.heap.allocate([images, hidden]), gates: this.heap.allocate([images, channels]) };
  }

  /**
   * @param squeezed [n, C]
   * @param start where these images stand in the batch
   */
  forward(squeezed: Float32Array, { hidden, gates }: ExcitationTensors, start = 0): void {
    const { heap } = this;
    const sizes = this.sizes();
    const images = squeezed.length / sizes.channels;
    const rows = (tensor: TensorInfo, length: number) =>
      heap.floats(tensor).subarray(start * length, (start + images) * length);
    const [units, values] = [rows(hidden, sizes.hidden), rows(gates, sizes.channels)];
    excite(squeezed, this.weights(), { ...sizes, images }, units, values);
  }

  allocateGradients(): ExcitationGradients {
    const like = (name: string) => {
      const tensor = this.inputs[name];
      return tensor && this.heap.allocate([...tensor.shape]);
    };
    const [w1, b1, w2, b2] = [this.required(like('w1')), like('b1'), this.required(like('w2')), like('b2')];
    const { images, channels } = this.sizes();
    return {
      w1,
      b1,
      w2,
      b2,
      squeezed: new Float32Array(images * channels),
      tensors: [w1, b1, w2, b2].filter((tensor) => tensor !== undefined),
    };
  }

  /** Reads the tensors of the forward pass from the inputs `hidden` and `gates`. Both arguments are [N, C]. */
  backward(gateGradients: Float32Array, squeezed: Float32Array, gradients: ExcitationGradients): void {
    const { heap } = this;
    const floats = (tensor: TensorInfo | undefined) => tensor && heap.floats(tensor);
    const [hidden, gates] = [this.required(this.inputs['hidden']), this.required(this.inputs['gates'])];
    exciteGradient(
      gateGradients,
      { squeezed, hidden: heap.floats(hidden), gates: heap.floats(gates) },
      this.weights(),
      this.sizes(),
      {
        squeezed: gradients.squeezed,
        w1: heap.floats(gradients.w1),
        b1: floats(gradients.b1),
        w2: heap.floats(gradients.w2),
        b2: floats(gradients.b2),
      },
    );
  }

  private weights(): ExciteWeights {
    const { heap, inputs } = this;
    const floats = (tensor: TensorInfo | undefined) => tensor && heap.floats(tensor);
    return {
      w1: heap.floats(this.required(inputs['w1'])),
      b1: floats(inputs['b1']),
      w2: heap.floats(this.required(inputs['w2'])),
      b2: floats(inputs['b2']),
    };
  }

  private sizes(): ExciteSizes {
    const [channels, hidden] = this.required(this.inputs['w1']).shape as [number, number];
    return { images: this.images, channels, hidden, gate: this.gate };
  }

  private required(tensor: TensorInfo | undefined): TensorInfo {
    if (!tensor) throw new RangeError('The excitation lacks a tensor');
    return tensor;
  }
}
