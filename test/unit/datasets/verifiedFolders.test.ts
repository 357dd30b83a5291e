import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { VerifiedFolders } from '../../../src/host/datasets/verifiedFolders';
import { binaryFiles, smallSet } from './smallSet';
import { temporaryFolder } from './temporaryFolder';

const root = temporaryFolder();
let folder: string;
let stamps: string;
const open = (onSettled?: () => void) => new VerifiedFolders(stamps, onSettled, smallSet);
const path = (name: string) => join(folder, name);

beforeEach(async () => {
  const home = await mkdtemp(join(root, 'verified-'));
  folder = join(home, 'cifar');
  stamps = join(home, 'stamps');
  await mkdir(folder);
  for (const [name, content] of Object.entries(binaryFiles)) await writeFile(path(name), content);
});

/** Other content under the same size and times: only a hash could tell. */
async function tamperUnseen(name: string): Promise<void> {
  const { atime, mtime } = await stat(path(name));
  await writeFile(path(name), new Uint8Array(binaryFiles[name]!.length));
  await utimes(path(name), atime, mtime);
}

describe('VerifiedFolders', () => {
  it('tells absent, missing, wrong size, wrong content and verified apart', async () => {
    const verified = open();
    expect(await verified.check(folder)).toEqual({ kind: 'verified' });
    await writeFile(path('data_batch_2.bin'), new Uint8Array(binaryFiles['data_batch_2.bin']!.length));
    expect(await verified.check(folder)).toEqual({ kind: 'wrong', files: ['data_batch_2.bin'] });
    await writeFile(path('data_batch_1.bin'), 'short');
    expect(await verified.check(folder)).toEqual({ kind: 'wrong', files: ['data_batch_1.bin'] });
    await rm(path('test_batch.bin'));
    expect(await verified.check(folder)).toEqual({ kind: 'missing', files: ['test_batch.bin'] });
    expect(await verified.check(join(folder, 'nowhere'))).toEqual({ kind: 'absent' });
    await mkdir(path('test_batch.bin'));
    expect(await verified.check(folder)).toEqual({ kind: 'missing', files: ['test_batch.bin'] });
  });

  it('writes nothing into the folder it looks at', async () => {
    await open().check(folder);
    expect((await readdir(folder)).sort()).toEqual(Object.keys(binaryFiles).sort());
  });

  it('hashes once, and again when a file has changed', async () => {
    // Times in whole seconds: utimes cannot restore more than the file system's clock tells.
    for (const name of Object.keys(binaryFiles)) await utimes(path(name), 1_000_000, 1_000_000);
    await open().check(folder);
    await tamperUnseen('data_batch_3.bin');
    expect(await open().peek(folder)).toEqual({ kind: 'verified' });
    await utimes(path('data_batch_3.bin'), 2_000_000, 2_000_000);
    expect(await open().check(folder)).toEqual({ kind: 'wrong', files: ['data_batch_3.bin'] });
  });

  it('hashes again when the stamp is not its own', async () => {
    await open().check(folder);
    const [stamp] = await readdir(stamps);
    await writeFile(join(stamps, stamp!), 'something else');
    expect(await open().peek(folder)).toEqual({ kind: 'verifying' });
  });

  it('does not wait in peek, tells when it knows, and hashes a wrong folder only once', async () => {
    await writeFile(path('data_batch_2.bin'), new Uint8Array(binaryFiles['data_batch_2.bin']!.length));
    let settled = 0;
    let tell = () => {};
    const told = new Promise<void>((resolve) => (tell = resolve));
    const verified = open(() => {
      settled++;
      tell();
    });
    expect(await verified.peek(folder)).toEqual({ kind: 'verifying' });
    await told;
    expect(await verified.peek(folder)).toEqual({ kind: 'wrong', files: ['data_batch_2.bin'] });
    await verified.check(folder);
    expect(settled).toBe(1);
  });

  it('remembers what the importer verified, without hashing', async () => {
    await tamperUnseen('data_batch_1.bin');
    await open().remember(folder);
    expect(await open().peek(folder)).toEqual({ kind: 'verified' });
  });

  it('still verifies when no stamp can be written', async () => {
    await writeFile(stamps, 'a file where the folder should be');
    expect(await open().check(folder)).toEqual({ kind: 'verified' });
  });
});
