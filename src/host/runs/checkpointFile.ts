/**
 * A checkpoint on disk: 16 bytes of header, then the engine's bytes as they came.
 * Header, little-endian: "SECK", format version (u32), finished epochs (u32), payload length (u32).
 */
import { readFile } from 'node:fs/promises';
import { PlaygroundError } from '../../core/errors';
import { MAX_CHECKPOINT_BYTES } from '../../core/model/trainingMemory';
import { writeFileAtomically } from './atomicFile';

const MAGIC = 0x4b434553;
const VERSION = 1;
const HEADER_BYTES = 16;

export interface Checkpoint {
  /** Finished epochs in it. */
  epoch: number;
  data: Uint8Array<ArrayBuffer>;
}

export async function writeCheckpoint(path: string, { epoch, data }: Checkpoint): Promise<void> {
  if (data.byteLength > MAX_CHECKPOINT_BYTES) {
    throw new PlaygroundError('storage/checkpoint', 'The checkpoint is too large to be stored.');
  }
  const file = new Uint8Array(HEADER_BYTES + data.byteLength);
  const header = new DataView(file.buffer);
  [MAGIC, VERSION, epoch, data.byteLength].forEach((word, index) => header.setUint32(4 * index, word, true));
  file.set(data, HEADER_BYTES);
  await writeFileAtomically(path, file);
}

/**
 * The checkpoint at `path`, or null if there is none.
 * @throws PlaygroundError `storage/checkpoint` if the file is not a whole checkpoint of this version
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  let file: Uint8Array;
  try {
    file = await readFile(path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw PlaygroundError.from(thrown, 'storage/checkpoint');
  }
  const word = (index: number) =>
    new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(4 * index, true);
  const whole =
    file.byteLength >= HEADER_BYTES &&
    word(0) === MAGIC &&
    word(1) === VERSION &&
    word(3) === file.byteLength - HEADER_BYTES;
  if (!whole) {
    throw new PlaygroundError(
      'storage/checkpoint',
      'The checkpoint of this run is damaged. Delete the run and train again.',
    );
  }
  // A plain Uint8Array: a Node Buffer would reach the page as JSON.
  return { epoch: word(2), data: new Uint8Array(file.subarray(HEADER_BYTES)) };
}
