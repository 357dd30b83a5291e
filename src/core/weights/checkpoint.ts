/**
 * The checkpoint file of the engine: everything that changes while a job trains. What does not (order, augmentation, learning rate) follows from
 * the seed, the recipe and the number of finished epochs. Little-endian:
 *
 * | offset | content |
 * |---|---|
 * | 0 | magic "SECK" |
 * | 4 | uint32 version, 1 |
 * | 8 | uint32 CRC-32 of everything from 12 on |
 * | 12 | uint32 length of the header |
 * | 16 | header, JSON in UTF-8: epoch, step, tensors [{name, shape}] |
 * | ... | the tensors' float32 values, in the header's order |
 */
import * as v from 'valibot';
import { crc32 } from '../data/crc32';
import { PlaygroundError } from '../errors';
import { elementCount } from '../model/graph';
import { decodeUtf8, encodeJson } from './jsonBytes';
import { FLOAT_BYTES, readFloats, totalValues, writeFloats, type NamedTensor } from './namedTensor';

export interface Checkpoint {
  /** Finished epochs. */
  epoch: number;
  /** Steps done in the whole job. */
  step: number;
  /** Parameters by name, moving statistics included, and the optimizer's slots, `<parameter>/<slot>`. */
  tensors: readonly NamedTensor[];
}

const MAGIC = [0x53, 0x45, 0x43, 0x4b];
const VERSION = 1;
const CHECKED_FROM = 12;
const HEADER_FROM = 16;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const headerSchema = v.strictObject({
  epoch: count,
  step: count,
  tensors: v.pipe(
    v.array(
      v.strictObject({
        name: v.pipe(v.string(), v.maxLength(200)),
        shape: v.pipe(v.array(v.pipe(count, v.maxValue(1e8))), v.maxLength(6)),
      }),
    ),
    v.maxLength(10_000),
  ),
});

/** Packs a checkpoint into a buffer of its own, ready to be transferred. */
export function encodeCheckpoint({ epoch, step, tensors }: Checkpoint): Uint8Array<ArrayBuffer> {
  const described = tensors.map(({ name, shape }) => ({ name, shape }));
  const header = encodeJson({ epoch, step, tensors: described });
  const valuesFrom = HEADER_FROM + header.length;
  const file = new Uint8Array(valuesFrom + totalValues(tensors) * FLOAT_BYTES);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint32(4, VERSION, true);
  view.setUint32(CHECKED_FROM, header.length, true);
  file.set(header, HEADER_FROM);
  writeFloats(file, valuesFrom, tensors);
  view.setUint32(8, crc32(file.subarray(CHECKED_FROM)), true);
  return file;
}

/** Inverse of `encodeCheckpoint`. Throws `storage/checkpoint` for anything that is not a whole, undamaged checkpoint. */
export function decodeCheckpoint(file: Uint8Array): Checkpoint {
  if (file.length < HEADER_FROM || MAGIC.some((byte, index) => file[index] !== byte)) {
    throw unusable('it is no checkpoint');
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(4, true) !== VERSION) throw unusable('another version of the extension wrote it');
  if (view.getUint32(8, true) !== crc32(file.subarray(CHECKED_FROM))) throw unusable('its checksum is wrong');
  const valuesFrom = HEADER_FROM + view.getUint32(CHECKED_FROM, true);
  const { epoch, step, tensors } = parseHeader(file.subarray(HEADER_FROM, valuesFrom));
  if (valuesFrom + totalValues(tensors) * FLOAT_BYTES !== file.length) {
    throw unusable('its length does not fit its header');
  }
  let offset = valuesFrom;
  return {
    epoch,
    step,
    tensors: tensors.map(({ name, shape }) => {
      const values = readFloats(file, offset, elementCount(shape));
      offset += values.byteLength;
      return { name, shape, values };
    }),
  };
}

function parseHeader(bytes: Uint8Array): v.InferOutput<typeof headerSchema> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeUtf8(bytes));
  } catch (cause) {
    throw unusable('its header is unreadable', cause);
  }
  const header = v.safeParse(headerSchema, parsed);
  if (!header.success) throw unusable('its header does not make sense');
  return header.output;
}

/** The error for a checkpoint that cannot be used; `why` completes the sentence. */
export function unusable(why: string, cause?: unknown): PlaygroundError {
  return new PlaygroundError(
    'storage/checkpoint',
    `The checkpoint cannot be used: ${why}. Start the run anew.`,
    { cause },
  );
}
