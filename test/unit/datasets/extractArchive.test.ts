import fc from 'fast-check';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import {
  ARCHIVE_LIMITS,
  extractArchive,
  type ArchiveLimits,
} from '../../../src/host/datasets/extractArchive';
import { paxHeader, tar, tarGz, type TarMember } from './tarBytes';
import { temporaryFolder } from './temporaryFolder';

const root = temporaryFolder();
const wanted = new Set(['data_batch_1.bin', 'test_batch.bin']);
const good: TarMember = { name: 'cifar-10-batches-bin/data_batch_1.bin', content: Buffer.from('one') };
let folders = 0;

/** Extracts in a folder of its own, and makes sure that nothing appeared beside it. */
async function extractBytes(
  archive: Uint8Array,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
  signal = new AbortController().signal,
) {
  const home = join(root, `case-${folders++}`);
  const into = join(home, 'into');
  await mkdir(into, { recursive: true });
  await writeFile(join(home, 'archive.tar.gz'), archive);
  let result: string[] | string;
  try {
    result = await extractArchive({ archive: join(home, 'archive.tar.gz'), into, wanted, signal, limits });
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    result = error.code;
  }
  expect((await readdir(home)).sort()).toEqual(['archive.tar.gz', 'into']);
  for (const name of await readdir(into)) expect(wanted).toContain(name);
  return { result, into };
}

describe('extractArchive', () => {
  it('unpacks the wanted files, flat, and skips all else', async () => {
    const big = Buffer.alloc(300_000, 7);
    const { result, into } = await extractBytes(
      tarGz([
        { name: 'cifar-10-batches-bin/', type: '5' },
        { name: 'cifar-10-batches-bin/readme.html', content: Buffer.alloc(200_000) },
        { name: 'cifar-10-batches-bin/test_batch.bin', content: big },
        { name: 'empty' },
        paxHeader({ mtime: '1.5' }),
        good,
      ]),
    );
    expect(result).toEqual(['test_batch.bin', 'data_batch_1.bin']);
    expect(Buffer.compare(await readFile(join(into, 'test_batch.bin')), big)).toBe(0);
    expect(await readFile(join(into, 'data_batch_1.bin'), 'utf8')).toBe('one');
  });

  it.each<[string, TarMember[]]>([
    ['a path that climbs', [{ ...good, name: '../data_batch_1.bin' }]],
    ['a path that climbs on the way', [{ ...good, name: 'a/../../data_batch_1.bin' }]],
    ['a path that climbs with backslashes', [{ ...good, name: 'a\\..\\..\\data_batch_1.bin' }]],
    ['a climbing path of a file not wanted', [{ ...good, name: '../../.bashrc' }]],
    ['an absolute path', [{ ...good, name: '/tmp/data_batch_1.bin' }]],
    ['a drive', [{ ...good, name: 'C:\\data_batch_1.bin' }]],
    ['a climbing path in a pax header', [paxHeader({ path: '../data_batch_1.bin' }), good]],
    [
      'a climbing path in a GNU long name',
      [{ name: 'L', type: 'L', content: Buffer.from('../test_batch.bin\0') }, good],
    ],
    ['a symbolic link', [{ name: 'data_batch_1.bin', type: '2', linkname: '/etc/passwd' }]],
    ['a hard link', [{ name: 'data_batch_1.bin', type: '1', linkname: '/etc/passwd' }]],
    ['a link of another name', [{ name: 'folder', type: '2', linkname: '/' }, good]],
    ['a device', [{ name: 'data_batch_1.bin', type: '3' }]],
    ['a pipe', [{ name: 'data_batch_1.bin', type: '6' }]],
    ['a sparse file', [{ ...good, type: 'S' }]],
    ['the same file twice', [good, { ...good, name: 'other/data_batch_1.bin' }]],
    ['a size beyond every limit', [{ ...good, size: ARCHIVE_LIMITS.memberBytes + 1 }]],
    ['an absurd size in binary', [{ ...good, sizeField: Buffer.from('80ffffffffffffffffffffff', 'hex') }]],
    [
      'an absurd size of a file not wanted',
      [{ name: 'x', sizeField: Buffer.from('80ffffffffffffffffffffff', 'hex') }],
    ],
    ['an absurd size in a pax header', [paxHeader({ size: '99999999999999' }), good]],
  ])('refuses %s', async (_, members) => {
    expect((await extractBytes(tarGz(members))).result).toBe('data/archive-hostile');
  });

  it.each<[string, Uint8Array]>([
    [
      'an archive cut off',
      tarGz([good, { name: 'test_batch.bin', content: Buffer.alloc(9000, 1) }]).subarray(0, -20),
    ],
    ['a tar cut off inside a file', gzipSync(tar([{ ...good, size: 5000 }]).subarray(0, 1000))],
    ['a negative size', tarGz([{ ...good, sizeField: Buffer.from('ffffffffffffffffffffff00', 'hex') }])],
    ['something that is not gzip', Buffer.from('<html>log in to the hotel network</html>')],
    ['gzip without tar', gzipSync(Buffer.alloc(2000, 65))],
    ['nothing', Buffer.alloc(0)],
  ])('calls %s damaged', async (_, bytes) => {
    expect((await extractBytes(bytes)).result).toBe('data/archive-invalid');
  });

  it('stops at bombs: too many members, too much in all', async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ name: `file-${index}` }));
    const limits = { entries: 39, memberBytes: 1e6, totalBytes: 1e6 };
    expect((await extractBytes(tarGz(many), limits)).result).toBe('data/archive-hostile');
    expect((await extractBytes(tarGz(many), { ...limits, entries: 40 })).result).toEqual([]);

    const zeros = gzipSync(Buffer.concat([tar([good]).subarray(0, 1024), Buffer.alloc(50_000_000)]));
    expect(zeros.length).toBeLessThan(60_000);
    expect((await extractBytes(zeros, limits)).result).toBe('data/archive-hostile');
    const large = tarGz([{ name: 'test_batch.bin', content: Buffer.alloc(600_000) }]);
    expect((await extractBytes(large, { ...limits, memberBytes: 599_999 })).result).toBe(
      'data/archive-hostile',
    );
  });

  it('stops when cancelled, before and during', async () => {
    const archive = tarGz([good, { name: 'test_batch.bin', content: Buffer.alloc(3_000_000, 5) }]);
    const before = new AbortController();
    before.abort();
    expect((await extractBytes(archive, ARCHIVE_LIMITS, before.signal)).result).toBe('cancelled');

    const during = new AbortController();
    const into = join(root, 'cancelled');
    await mkdir(into);
    await writeFile(join(root, 'cancelled.tar.gz'), archive);
    const run = extractArchive({
      archive: join(root, 'cancelled.tar.gz'),
      into,
      wanted,
      signal: during.signal,
      onMember: () => during.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(into)).toEqual(['data_batch_1.bin']);
  });

  it('blames the disk for what the disk did', async () => {
    await writeFile(join(root, 'good.tar.gz'), tarGz([good]));
    const signal = new AbortController().signal;
    const common = { wanted, signal };
    await expect(
      extractArchive({ archive: join(root, 'good.tar.gz'), into: join(root, 'absent'), ...common }),
    ).rejects.toMatchObject({ code: 'storage/io' });
    await expect(
      extractArchive({ archive: join(root, 'absent.tar.gz'), into: root, ...common }),
    ).rejects.toMatchObject({ code: 'storage/io' });
  });

  it('never throws anything but PlaygroundError, never hangs, never writes elsewhere', async () => {
    const plain = tar([
      paxHeader({ path: 'a/data_batch_1.bin', comment: 'x' }),
      good,
      { name: 'L', type: 'L', content: Buffer.from('long/test_batch.bin\0') },
      { name: 'short', content: Buffer.alloc(700, 3) },
      { name: 'folder', type: '5' },
    ]);
    const change = fc.tuple(fc.nat(plain.length - 1), fc.integer({ min: 0, max: 255 }));
    const mutatedTar = fc.array(change, { minLength: 1, maxLength: 5 }).map((changes) => {
      const copy = Buffer.from(plain);
      for (const [index, value] of changes) copy[index] = value;
      return gzipSync(copy);
    });
    const header = fc.record({
      name: fc.oneof(
        fc.constantFrom('data_batch_1.bin', '../x', '/x', 'a/test_batch.bin'),
        fc.string({ maxLength: 99 }),
      ),
      type: fc.constantFrom('0', '1', '2', '5', '7', 'x', 'g', 'L', 'K', 'S', '\0', 'Z'),
      content: fc.uint8Array({ maxLength: 1500 }),
      size: fc.oneof(fc.nat(3000), fc.constant(0o77777777777)),
    });
    const madeUp = fc.array(header, { maxLength: 6 }).map((members) => tarGz(members));
    const mutatedGzip = fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })).map(([index, value]) => {
      const copy = gzipSync(plain);
      copy[index % copy.length] = value;
      return copy;
    });
    const input = fc.oneof(fc.uint8Array({ maxLength: 600 }), mutatedTar, madeUp, mutatedGzip);
    await fc.assert(
      fc.asyncProperty(input, async (bytes) => {
        await extractBytes(bytes);
      }),
      { numRuns: 400 },
    );
  });
});
