/**
 * The safetensors format of Hugging Face, float32 only: a little-endian uint64 with the length of the header, the header (JSON: name -> dtype, shape,
 * [begin, end) in the data; `__metadata__` -> strings), the data without holes. https://github.com/huggingface/safetensors
 *
 * Files come from anywhere, so nothing the header says is believed before it is checked.
 */
import * as v from 'valibot';
import { PlaygroundError } from '../errors';
import { elementCount } from '../model/graph';
import { decodeUtf8, encodeJson } from './jsonBytes';
import { FLOAT_BYTES, readFloats, totalValues, writeFloats, type NamedTensor } from './namedTensor';

export interface SafetensorsContent {
  /** In the order of their data. */
  tensors: readonly NamedTensor[];
  metadata: ReadonlyMap<string, string>;
}

const METADATA = '__metadata__';
const LENGTH_BYTES = 8;
/** The data begins at a multiple of this, so that readers can map it. */
const ALIGNMENT = 8;
/** A ResNet-152 has 130 kB of header. */
const MAX_HEADER_BYTES = 4 * 2 ** 20;
const MAX_TENSORS = 10_000;
const SPACE = 0x20;
const OPENING_BRACE = 0x7b;

/** @throws RangeError for two tensors of one name, or values that do not fill their shape: programming errors */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header = new Map<string, unknown>([[METADATA, metadata]]);
  let end = 0;
  for (const { name, shape } of tensors) {
    if (header.has(name)) throw new RangeError(`Two tensors are called ${name}`);
    const begin = end;
    end += elementCount(shape) * FLOAT_BYTES;
    header.set(name, { dtype: 'F32', shape, data_offsets: [begin, end] });
  }
  const text = encodeJson(Object.fromEntries(header));
  const headerBytes = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const dataFrom = LENGTH_BYTES + headerBytes;
  const file = new Uint8Array(dataFrom + totalValues(tensors) * FLOAT_BYTES);
  new DataView(file.buffer).setUint32(0, headerBytes, true);
  file.fill(SPACE, LENGTH_BYTES, dataFrom);
  file.set(text, LENGTH_BYTES);
  writeFloats(file, dataFrom, tensors);
  return file;
}

/** @throws PlaygroundError `data/safetensors` for anything that is not a whole, well-formed file of float32 tensors */
export function decodeSafetensors(file: Uint8Array): SafetensorsContent {
  if (file.length < LENGTH_BYTES) throw unreadable('it is too short');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = view.getUint32(0, true);
  // The upper half of the length: no header has four gigabytes.
  if (view.getUint32(4, true) !== 0 || headerBytes > MAX_HEADER_BYTES) {
    throw unreadable('its header is too long');
  }
  const dataFrom = LENGTH_BYTES + headerBytes;
  if (dataFrom > file.length) throw unreadable('it ends inside its header');
  const entries = parseHeader(file.subarray(LENGTH_BYTES, dataFrom));
  const metadata = readMetadata(entries.get(METADATA));
  entries.delete(METADATA);
  const described = [...entries].map(([name, entry]) => ({ name, ...describe(name, entry) }));
  described.sort((one, other) => one.begin - other.begin || one.end - other.end);
  let filled = 0;
  for (const { name, begin, end } of described) {
    if (begin !== filled) throw unreadable(`${name} overlaps other data, or leaves a hole`);
    filled = end;
  }
  if (dataFrom + filled !== file.length) throw unreadable('its length does not fit its header');
  const tensors = described.map(({ name, shape, begin }) => {
    return { name, shape, values: readFloats(file, dataFrom + begin, elementCount(shape)) };
  });
  return { tensors, metadata };
}

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const entrySchema = v.strictObject({
  dtype: v.string(),
  shape: v.pipe(v.array(offset), v.maxLength(8)),
  data_offsets: v.strictTuple([offset, offset]),
});

function describe(name: string, entry: unknown): { shape: number[]; begin: number; end: number } {
  const parsed = v.safeParse(entrySchema, entry);
  if (!parsed.success) throw unreadable(`the description of ${name} does not make sense`);
  const { dtype, shape, data_offsets } = parsed.output;
  if (dtype !== 'F32') throw unreadable(`${name} is ${dtype}, and only F32 is read`);
  const [begin, end] = data_offsets;
  if (elementCount(shape) * FLOAT_BYTES !== end - begin) {
    throw unreadable(`the data of ${name} does not fill its shape`);
  }
  return { shape, begin, end };
}

/** Top-level names and what they stand for: a Map, because a name may be `__proto__`. */
function parseHeader(bytes: Uint8Array): Map<string, unknown> {
  if (bytes[0] !== OPENING_BRACE) throw unreadable('its header is no JSON object');
  let header: object;
  let text: string;
  try {
    text = decodeUtf8(bytes);
    header = JSON.parse(text) as object;
  } catch (cause) {
    throw unreadable('its header is no JSON', cause);
  }
  const entries = Object.entries(header);
  if (entries.length > MAX_TENSORS) throw unreadable('it has too many tensors');
  // Of a name that comes twice, JSON.parse keeps the last; of a colon there is one for each.
  if (colonsOutsideStrings(text) !== memberCount(entries))
    throw unreadable('a name in its header comes twice');
  return new Map(entries);
}

function colonsOutsideStrings(text: string): number {
  let colons = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString && character === '\\') index++;
    else if (character === '"') inString = !inString;
    else if (character === ':' && !inString) colons++;
  }
  return colons;
}

/** Members of the header and of the objects in it; what is deeper, no file of ours has. */
function memberCount(entries: readonly [string, unknown][]): number {
  const inner = entries.map(([, value]) =>
    typeof value === 'object' && value !== null
      ? Object.keys(value).length * Number(!Array.isArray(value))
      : 0,
  );
  return inner.reduce((total, count) => total + count, entries.length);
}

function readMetadata(given: unknown): Map<string, string> {
  if (given === undefined) return new Map();
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw unreadable('its metadata is no object');
  }
  const entries = Object.entries(given);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw unreadable('its metadata holds more than text');
  }
  return new Map(entries);
}

function unreadable(why: string, cause?: unknown): PlaygroundError {
  const text = `The safetensors file cannot be read: ${why}. Write it again.`;
  return new PlaygroundError('data/safetensors', text, { cause });
}
