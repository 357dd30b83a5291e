import { PlaygroundError } from '../../errors';

/** Text of a pickle, kept as the UTF-8 bytes of the file: nothing here needs it as a string of 30 million characters. */
export class PickleText {
  constructor(readonly utf8: Uint8Array) {}
}

/** A name that the pickle refers to; only `ALLOWED_GLOBALS` come into being, and none of them is ever called. */
export class PickleGlobal {
  constructor(readonly name: AllowedGlobal) {}
}

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** `numpy.dtype(code)`; only its code matters here. */
export class PickleDtype {
  constructor(readonly code: string) {}
}

/** A numpy array; `shape` and the rest come with its state, so they are empty until then. */
export class PickleArray {
  shape: readonly number[] = [];
  dtype = '';
  /** Column-major, as numpy's `is_fortran` says. */
  columnMajor = false;
  data: Uint8Array = new Uint8Array(0);
}

/** What the allow-listed opcodes can make. Python's str of version 2 and bytes of version 3 are both `Uint8Array`. */
export type PickleValue =
  | null
  | boolean
  | number
  | Uint8Array
  | PickleText
  | PickleGlobal
  | PickleTuple
  | PickleDtype
  | PickleArray
  | PickleValue[]
  | Map<string, PickleValue>;

/** Names a CIFAR-10 batch needs, as `module name`; numpy 2 renamed `numpy.core`. */
export const ALLOWED_GLOBALS = {
  'numpy.core.multiarray _reconstruct': 'reconstruct',
  'numpy._core.multiarray _reconstruct': 'reconstruct',
  'numpy ndarray': 'ndarray',
  'numpy dtype': 'dtype',
  '_codecs encode': 'encode',
} as const;
export type AllowedGlobal = (typeof ALLOWED_GLOBALS)[keyof typeof ALLOWED_GLOBALS];

/** The file is not a pickle that we read. */
export function invalidPickle(what: string): PlaygroundError {
  return new PlaygroundError(
    'data/pickle-invalid',
    `This is not a batch of the official CIFAR-10 python version: ${what}. Get the official archive again.`,
  );
}

/** Short ASCII text of the file, for names and messages; other bytes become question marks. */
export function asciiOf(bytes: Uint8Array, maxLength = 80): string {
  let text = '';
  for (const byte of bytes.subarray(0, maxLength)) {
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?';
  }
  return bytes.length > maxLength ? `${text}...` : text;
}
