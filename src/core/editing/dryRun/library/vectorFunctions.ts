/** NumPy's and PyTorch's functions on vectors of known numbers. */
import { asNumber, Float, Numbers } from '../values/numbers';
import { whyUnknown } from '../values/known';
import type { Arguments, MachineDoor, Value } from '../values/values';
import { Builtin, List, Unknown } from '../values/values';
import { builtin, given } from './builtins';
import {
  itemOf,
  itemsOfVector,
  LONGEST_VECTOR,
  makeVector,
  mapped,
  vectorBinary,
  VECTOR_FUNCTIONS,
} from './vectors';

type Run = (machine: MachineDoor, args: Arguments) => Value;
type Library = Numbers['library'];

function unknown(args: Arguments): Unknown {
  const value = args.positional.find((each) => whyUnknown(each) !== null);
  return new Unknown(whyUnknown(value) ?? 'a vector');
}

function arange(library: Library): Run {
  return (_, args) => {
    const bounds = args.positional.map(asNumber);
    const [first, second, step = 1] = bounds;
    if (bounds.includes(null) || first === null || first === undefined || !step) return unknown(args);
    const [from, to] = second === undefined || second === null ? [0, first] : [first, second];
    const length = Math.max(0, Math.ceil((to - from) / step));
    if (!(length <= LONGEST_VECTOR)) return new Unknown('a vector too long for a dry run');
    const isFloat = args.positional.some((each) => each instanceof Float);
    return makeVector(
      Array.from({ length }, (__, index) => from + index * step),
      isFloat,
      library,
    );
  };
}

function linspace(library: Library): Run {
  return (_, args) => {
    const from = asNumber(args.positional[0]);
    const to = asNumber(args.positional[1]);
    const count = asNumber(
      given(args, 2, library === 'torch' ? 'steps' : 'num', library === 'torch' ? null : 50),
    );
    if (from === null || to === null || count === null) return unknown(args);
    if (!(count >= 0 && count <= LONGEST_VECTOR)) return new Unknown('a vector too long for a dry run');
    return makeVector(spaced(from, to, count, library), true, library);
  };
}

/** Each library's own way, for the last digit: PyTorch steps from the nearer end, in float32. */
function spaced(from: number, to: number, count: number, library: Library): number[] {
  const inverse = count - 1;
  if (library === 'numpy') {
    const step = (to - from) / inverse;
    return Array.from({ length: count }, (_, index) =>
      index === 0 ? from : index === inverse ? to : from + step * index,
    );
  }
  const [start, end] = [Math.fround(from), Math.fround(to)];
  const step = Math.fround((end - start) / inverse);
  return Array.from({ length: count }, (_, index) => {
    if (index < count >> 1) return index === 0 ? start : start + Math.fround(step * index);
    return index === inverse ? end : end - Math.fround(step * (inverse - index));
  });
}

function vector(library: Library): Run {
  return (machine, args) => {
    const [source] = args.positional;
    const items = asNumber(source) === null ? machine.items(source) : [source];
    if (items instanceof Unknown || items.length > LONGEST_VECTOR) return unknown(args);
    const numbers = items.map(asNumber);
    if (numbers.includes(null)) return unknown(args);
    return makeVector(
      numbers as number[],
      items.some((item) => item instanceof Float),
      library,
    );
  };
}

/** Of a vector element by element, or of one number. */
function elementwise(apply: (value: number) => number): Run {
  return (_, args) => {
    const [value] = args.positional;
    if (value instanceof Numbers) return mapped(value, apply);
    const number = asNumber(value);
    return number === null ? unknown(args) : new Float(apply(number));
  };
}

function binary(operator: string): Run {
  return (_, args) => vectorBinary(operator, args.positional[0], args.positional[1]) ?? unknown(args);
}

const cumsum: Run = (_, args) => {
  const [value] = args.positional;
  if (!(value instanceof Numbers)) return unknown(args);
  let sum = 0;
  return makeVector(
    value.values.map((each) => (sum += each)),
    value.isFloat,
    value.library,
  );
};

const differences: Run = (_, args) => {
  const [value] = args.positional;
  if (!(value instanceof Numbers)) return unknown(args);
  const { values, isFloat, library } = value;
  return makeVector(
    values.slice(1).map((each, index) => each - (values[index] ?? NaN)),
    isFloat,
    library,
  );
};

const LIBRARIES: readonly Library[] = ['torch', 'numpy'];

export const VECTOR_LIBRARY: readonly [string, Builtin][] = LIBRARIES.flatMap((library) =>
  Object.entries<Run>({
    arange: arange(library),
    linspace: linspace(library),
    tensor: vector(library),
    array: vector(library),
    asarray: vector(library),
    divide: binary('/'),
    pow: binary('**'),
    power: binary('**'),
    cumsum,
    diff: differences,
    ...Object.fromEntries(
      Object.entries(VECTOR_FUNCTIONS).map(([name, apply]) => [name, elementwise(apply)]),
    ),
  }).map(([name, run]): [string, Builtin] => [`${library}.${name}`, builtin(name, run)]),
);

const METHODS: Readonly<Record<string, (value: Numbers) => Value>> = {
  tolist: (value) => new List(itemsOfVector(value)),
  item: (value) => itemOf(value, 0),
  int: (value) => makeVector(value.values, false, value.library),
  long: (value) => makeVector(value.values, false, value.library),
  float: (value) => makeVector(value.values, true, value.library),
  round: (value) => mapped(value, VECTOR_FUNCTIONS['round'] ?? Math.round),
  sum: (value) => {
    const sum = value.values.reduce((total, each) => total + each, 0);
    return value.isFloat ? new Float(sum) : sum;
  },
  numpy: (value) => value,
  detach: (value) => value,
  cpu: (value) => value,
};

/** A method of a vector; undefined where it is not known. */
export function vectorMethod(name: string): Builtin | undefined {
  const method = METHODS[name];
  if (name === 'astype') return builtin(name, (_, { positional: [value, type] }) => converted(value, type));
  return (
    method &&
    builtin(name, (_, args) => {
      const [value] = args.positional;
      return value instanceof Numbers ? method(value) : unknown(args);
    })
  );
}

function converted(value: Value, type: Value): Value {
  if (!(value instanceof Numbers) || !(type instanceof Builtin))
    return new Unknown('a vector of another type');
  return makeVector(value.values, type.name === 'float', value.library);
}
