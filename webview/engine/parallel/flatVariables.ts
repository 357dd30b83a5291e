import * as tf from '@tensorflow/tfjs-core';

/** The values of several tensors in one vector, in the order of `variables`, each row-major; before them room for numbers of another kind. */
export class FlatVariables {
  /** Written by `write`, and from 0 to `reserved` by the owner. */
  readonly flat: Float32Array;
  private readonly starts: readonly { variable: tf.Variable; start: number }[];

  constructor(variables: readonly tf.Variable[], reserved: number) {
    let start = reserved;
    this.starts = variables.map((variable) => {
      const place = { variable, start };
      start += variable.size;
      return place;
    });
    this.flat = new Float32Array(start);
  }

  /** Puts `factor` times the values of each variable's tensor into `flat`; waits for the backend. */
  write(tensorOf: (variable: tf.Variable) => tf.Tensor, factor: number): void {
    const { flat } = this;
    for (const { variable, start } of this.starts) {
      const values = tensorOf(variable).dataSync();
      for (let index = 0; index < values.length; index++) flat[start + index] = factor * values[index]!;
    }
  }

  /** New tensors by variable name, of a vector laid out like `flat`. */
  read(flat: Float32Array): tf.NamedTensorMap {
    const tensors: tf.NamedTensorMap = {};
    for (const { variable, start } of this.starts) {
      const values = flat.subarray(start, start + variable.size);
      tensors[variable.name] = tf.tensor(values, variable.shape, 'float32');
    }
    return tensors;
  }
}
