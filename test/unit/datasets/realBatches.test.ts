/** The importers on the real CIFAR-10, where the set-up has fetched it: the official hashes are the oracle. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cachePaths } from '../../../scripts/setup/cachePaths.mjs';
import { CIFAR10 } from '../../../src/core/data/cifarHashes';
import { pickledBatchToRecords } from '../../../src/core/data/importers/pickledBatch';
import { PNG_LABEL_FILES, parseLabels, pngBatchToRecords } from '../../../src/core/data/importers/pngLayout';
import { extractArchive } from '../../../src/host/datasets/extractArchive';
import { python2Batch } from '../importers/pickleBytes';
import { temporaryFolder } from './temporaryFolder';

const { cifarArchive, cifarBinary } = cachePaths();
const firstBatch = join(cifarBinary, 'data_batch_1.bin');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const into = temporaryFolder();

describe('real CIFAR-10', () => {
  it('turns a picture of the PNG layout into the official file', async ({ skip }) => {
    if (!existsSync(cifarArchive)) return skip('the PNG layout is not in the set-up cache');
    const wanted = new Set(['data_batch_1.png', PNG_LABEL_FILES.train]);
    await extractArchive({ archive: cifarArchive, into, wanted, signal: new AbortController().signal });
    const json = await readFile(join(into, PNG_LABEL_FILES.train), 'utf8');
    const labels = parseLabels(json, PNG_LABEL_FILES.train, 50_000).slice(0, 10_000);
    const records = await pngBatchToRecords(
      await readFile(join(into, 'data_batch_1.png')),
      labels,
      'data_batch_1.png',
      (parts, maxOutputLength) => promisify(inflate)(Buffer.concat(parts), { maxOutputLength }),
    );
    expect(sha256(records)).toBe(CIFAR10.sha256['data_batch_1.bin']);
  });

  it('turns a pickle of official size into the official file', async ({ skip }) => {
    if (!existsSync(firstBatch)) return skip('the binary files are not in the set-up cache');
    const official = await readFile(firstBatch);
    const data = new Uint8Array(10_000 * 3072);
    for (let image = 0; image < 10_000; image++) {
      data.set(official.subarray(image * 3073 + 1, (image + 1) * 3073), image * 3072);
    }
    const labels = Array.from({ length: 10_000 }, (_, image) => official[image * 3073]!);
    const records = pickledBatchToRecords(
      python2Batch({ labels, shape: [10_000, 3072], data }),
      'data_batch_1',
    );
    expect(sha256(records)).toBe(CIFAR10.sha256['data_batch_1.bin']);
  });
});
