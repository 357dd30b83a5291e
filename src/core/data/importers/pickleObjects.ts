import {
  PickleArray,
  PickleDtype,
  PickleGlobal,
  PickleText,
  PickleTuple,
  asciiOf,
  invalidPickle,
  type PickleValue,
} from './pickleValues';

/** Bytes that conversions may still make: a pickle can ask for the same long conversion again and again. */
export interface ConversionBudget {
  bytesLeft: number;
}

/** What REDUCE makes of one of the allowed names: a fixed value of ours, never a call of theirs. Throws `data/pickle-invalid`. */
export function callGlobal(
  callee: PickleValue | undefined,
  args: PickleValue | undefined,
  budget: ConversionBudget,
): PickleValue {
  if (!(callee instanceof PickleGlobal) || !(args instanceof PickleTuple)) {
    throw invalidPickle('it calls something that is no known name');
  }
  switch (callee.name) {
    case 'reconstruct':
      // _reconstruct(numpy.ndarray, (0,), b'b'): an empty array that BUILD fills.
      return new PickleArray();
    case 'dtype':
      return new PickleDtype(shortText(args.items[0]));
    case 'encode':
      return encodeLatin1(args.items, budget);
    case 'ndarray':
      throw invalidPickle('it makes an array in an unknown way');
  }
}

/** What BUILD does: gives an array its shape, type and bytes. Throws `data/pickle-invalid`. */
export function applyState(target: PickleValue, state: PickleValue): void {
  if (!(state instanceof PickleTuple)) throw invalidPickle('it sets attributes');
  // The state of dtype('u1') adds nothing to its code: byte order does not apply to single bytes.
  if (target instanceof PickleDtype) return;
  if (!(target instanceof PickleArray)) throw invalidPickle('it gives a state to something that has none');
  const [, shape, dtype, columnMajor, data] = state.items;
  if (
    !(shape instanceof PickleTuple) ||
    !shape.items.every((size) => Number.isSafeInteger(size) && Number(size) >= 0)
  ) {
    throw invalidPickle('the shape of its array is not readable');
  }
  if (!(dtype instanceof PickleDtype) || !(data instanceof Uint8Array)) {
    throw invalidPickle('its array has no type or no bytes');
  }
  target.shape = shape.items.map(Number);
  target.dtype = dtype.code;
  // Python 2 pickles the flag as a bool or as 0 and 1.
  target.columnMajor = columnMajor === true || columnMajor === 1;
  target.data = data;
}

function shortText(value: PickleValue | undefined): string {
  const bytes = value instanceof PickleText ? value.utf8 : value;
  if (!(bytes instanceof Uint8Array) || bytes.length > 8)
    throw invalidPickle('the type of its array is not readable');
  return asciiOf(bytes);
}

/** `_codecs.encode(text, 'latin1')`, by which Python 3 writes bytes in protocol 2: code points 0 to 255 become bytes. */
function encodeLatin1(args: readonly PickleValue[], budget: ConversionBudget): Uint8Array {
  const [text, encoding] = args;
  if (
    !(text instanceof PickleText) ||
    !(encoding instanceof PickleText) ||
    asciiOf(encoding.utf8) !== 'latin1'
  ) {
    throw invalidPickle('it encodes text in an unknown way');
  }
  const { utf8 } = text;
  budget.bytesLeft -= utf8.length;
  if (budget.bytesLeft < 0) throw invalidPickle('it converts more text than a batch holds');
  const bytes = new Uint8Array(utf8.length);
  let length = 0;
  for (let index = 0; index < utf8.length; index++) {
    const first = utf8[index] ?? 0;
    if (first < 0x80) {
      bytes[length++] = first;
      continue;
    }
    const second = utf8[++index] ?? 0;
    // Only two-byte sequences starting with C2 or C3 stand for 128 to 255.
    if ((first & 0xfe) !== 0xc2 || (second & 0xc0) !== 0x80) throw invalidPickle('its text is not latin1');
    bytes[length++] = ((first & 0x03) << 6) | (second & 0x3f);
  }
  return bytes.subarray(0, length);
}
