import { elementCount, type Shape } from '../model/graph';

/** A tensor outside a backend. */
export interface NamedTensor {
  name: string;
  shape: Shape;
  /** Row-major. */
  values: Float32Array;
}

export const FLOAT_BYTES = 4;

/**
 * Writes the tensors' values to `file` from `offset` on, one after the other, as little-endian float32 whatever the machine has.
 *
 * @throws RangeError if values do not fill their shape: a programming error
 */
export function writeFloats(file: Uint8Array, offset: number, tensors: readonly NamedTensor[]): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (const { name, shape, values } of tensors) {
    if (values.length !== elementCount(shape)) {
      throw new RangeError(`${name} has ${values.length} values for shape [${shape.join(', ')}]`);
    }
    for (const value of values) {
      view.setFloat32(offset, value, true);
      offset += FLOAT_BYTES;
    }
  }
}

/** `length` little-endian float32 from `offset` on, which need not be aligned. */
export function readFloats(file: Uint8Array, offset: number, length: number): Float32Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const values = new Float32Array(length);
  for (let index = 0; index < length; index++) {
    values[index] = view.getFloat32(offset + index * FLOAT_BYTES, true);
  }
  return values;
}

/** Scalars of all tensors together. */
export function totalValues(tensors: readonly Pick<NamedTensor, 'shape'>[]): number {
  return tensors.reduce((total, { shape }) => total + elementCount(shape), 0);
}
