/** Numbers of a dry run. JavaScript's numbers stand for Python's int; its float is wrapped, so that `/` and `//` keep their types apart. */

/** Python's float. */
export class Float {
  constructor(readonly value: number) {}
}

/** Python's range. */
export class Range {
  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
  ) {}

  get length(): number {
    return Math.max(0, Math.ceil((this.stop - this.start) / this.step));
  }
}

/** A vector of NumPy or PyTorch with known numbers; PyTorch's are rounded to float32. */
export class Numbers {
  constructor(
    readonly values: readonly number[],
    readonly isFloat: boolean,
    readonly library: 'torch' | 'numpy',
  ) {}
}

/** The number a value stands for; null where it is none. True is 1, as in Python. */
export function asNumber(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (value instanceof Float) return value.value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return null;
}

/** Python's int() of a float: towards zero. */
export function truncate(value: number): number {
  return Math.trunc(value) + 0;
}

/** Python's round(): halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value) + 0;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Python's repr() of a float: the shortest digits, an exponent below 1e-4 and from 1e16. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
