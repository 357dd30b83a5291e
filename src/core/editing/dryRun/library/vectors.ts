/**
 * Vectors of NumPy and PyTorch with known numbers, as networks use them to work out widths and depths
 * (RegNet: `torch.arange(depth) * w_a + w_0`). PyTorch computes in float32, so each step is rounded to it.
 */
import { asNumber, Float, roundHalfEven, Numbers } from '../values/numbers';
import type { Value } from '../values/values';

export const LONGEST_VECTOR = 4_096;

type Library = Numbers['library'];

function rounded(value: number, isFloat: boolean, library: Library): number {
  if (!isFloat) return Math.trunc(value) + 0;
  return library === 'torch' ? Math.fround(value) : value;
}

export function makeVector(values: readonly number[], isFloat: boolean, library: Library): Numbers {
  return new Numbers(
    values.map((value) => rounded(value, isFloat, library)),
    isFloat,
    library,
  );
}

/** The item as a value of the language. */
export function itemOf(vector: Numbers, index: number): Value {
  const value = vector.values[index];
  if (value === undefined) return undefined;
  return vector.isFloat ? new Float(value) : value;
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => a - b * Math.floor(a / b),
  '**': (a, b) => a ** b,
};

/** Element by element; a scalar meets every element. Null where the operation or the lengths are not known. */
export function vectorBinary(operator: string, left: Value, right: Value): Numbers | null {
  const operation = OPERATIONS[operator];
  const length =
    left instanceof Numbers ? left.values.length : right instanceof Numbers ? right.values.length : 0;
  if (!operation || length === 0) return null;
  const { library } = (left instanceof Numbers ? left : right) as Numbers;
  const isFloat = operator === '/' || [left, right].some(isFloating);
  const a = operands(left, length, isFloat, library);
  const b = operands(right, length, isFloat, library);
  if (!a || !b) return null;
  return makeVector(
    a.map((value, index) => operation(value, b[index] ?? NaN)),
    isFloat,
    library,
  );
}

function isFloating(value: Value): boolean {
  return value instanceof Float || (value instanceof Numbers && value.isFloat);
}

function operands(
  value: Value,
  length: number,
  isFloat: boolean,
  library: Library,
): readonly number[] | null {
  if (value instanceof Numbers) return value.values.length === length ? value.values : null;
  const number = asNumber(value);
  return number === null ? null : new Array<number>(length).fill(rounded(number, isFloat, library));
}

/** NumPy's and PyTorch's functions of one number. */
export const VECTOR_FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  round: roundHalfEven,
  floor: Math.floor,
  ceil: Math.ceil,
  log: Math.log,
  log2: Math.log2,
  exp: Math.exp,
  sqrt: Math.sqrt,
  abs: Math.abs,
};

export function mapped(vector: Numbers, apply: (value: number) => number): Numbers {
  return makeVector(vector.values.map(apply), true, vector.library);
}

export function itemsOfVector(vector: Numbers): Value[] {
  return vector.values.map((_, index) => itemOf(vector, index));
}
