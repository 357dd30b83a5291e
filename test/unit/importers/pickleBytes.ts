/** Assembles pickles opcode by opcode, as `pickletools` describes them: an author of pickles that shares no code with the reader. */

const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);
export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const uint32 = (value: number): Uint8Array => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
export const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export const PROTOCOL_2 = bytesOf(0x80, 2);
export const STOP = ascii('.');
export const MARK = ascii('(');
export const REDUCE = ascii('R');
export const BUILD = ascii('b');
export const global = (module: string, name: string): Uint8Array => ascii(`c${module}\n${name}\n`);
export const put = (index: number): Uint8Array =>
  index < 256 ? bytesOf(0x71, index) : join(ascii('r'), uint32(index));
export const get = (index: number): Uint8Array =>
  index < 256 ? bytesOf(0x68, index) : join(ascii('j'), uint32(index));
export const shortString = (text: string): Uint8Array => join(ascii('U'), bytesOf(text.length), ascii(text));
export const longString = (content: Uint8Array): Uint8Array =>
  join(ascii('T'), uint32(content.length), content);
export const unicode = (text: string): Uint8Array => {
  const utf8 = new Uint8Array(Buffer.from(text, 'utf8'));
  return join(ascii('X'), uint32(utf8.length), utf8);
};
export const integer = (value: number): Uint8Array => {
  if (value >= 0 && value < 256) return bytesOf(0x4b, value);
  if (value >= 0 && value < 65536) return bytesOf(0x4d, value & 255, value >> 8);
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return join(ascii('J'), bytes);
};
export const pickle = (...parts: Uint8Array[]): Uint8Array => join(PROTOCOL_2, ...parts, STOP);

export interface Batch {
  labels: readonly number[];
  shape: readonly number[];
  data: Uint8Array;
  dtype?: string;
  columnMajor?: boolean;
  /** Further entries, each a key and a value, as opcodes. */
  extras?: Uint8Array;
}

/** The array as numpy 1 under Python 2 pickles it. */
export function numpyArray({
  shape,
  data,
  dtype = 'u1',
  columnMajor = false,
}: Omit<Batch, 'labels'>): Uint8Array {
  const tuple = (items: Uint8Array[]) => join(MARK, ...items, ascii('t'));
  const none = ascii('N');
  return join(
    global('numpy.core.multiarray', '_reconstruct'),
    global('numpy', 'ndarray'),
    join(integer(0), bytesOf(0x85), shortString('b'), bytesOf(0x87)),
    REDUCE,
    MARK,
    integer(1),
    tuple(shape.map(integer)),
    global('numpy', 'dtype'),
    join(shortString(dtype), integer(0), integer(1), bytesOf(0x87)),
    REDUCE,
    tuple([integer(3), shortString('|'), none, none, none, integer(-1), integer(-1), integer(0)]),
    BUILD,
    bytesOf(columnMajor ? 0x88 : 0x89),
    longString(data),
    ascii('t'),
    BUILD,
  );
}

/** A batch as the official python version has it: made by Python 2, protocol 2, strings memoized, lists appended by the thousand. */
export function python2Batch(batch: Batch): Uint8Array {
  let memo = 1;
  const remembered = (value: Uint8Array) => join(value, put(memo++));
  const list = (items: Uint8Array[]) => {
    const parts = [remembered(ascii(']'))];
    for (let from = 0; from < items.length; from += 1000) {
      parts.push(MARK, ...items.slice(from, from + 1000), ascii('e'));
    }
    return join(...parts);
  };
  return pickle(
    remembered(ascii('}')),
    MARK,
    remembered(shortString('batch_label')),
    remembered(shortString('training batch 1 of 5')),
    remembered(shortString('labels')),
    list(batch.labels.map(integer)),
    remembered(shortString('data')),
    numpyArray(batch),
    remembered(shortString('filenames')),
    list(
      batch.labels.map((_, image) => remembered(shortString(`leptodactylus_pentadactylus_s_${image}.png`))),
    ),
    batch.extras ?? new Uint8Array(0),
    ascii('u'),
  );
}
