import { mkdir, mkdtemp, readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fetchCifar10, partFileIn, type FetchOptions } from '../../../src/host/datasets/fetchCifar10';
import { folderContent, goodContent } from './folderContent';
import { ArchiveServer, status } from './archiveServer';
import { binaryFiles, smallSet, type Layout } from './smallSet';
import { tarGz } from './tarBytes';
import { temporaryFolder } from './temporaryFolder';

const root = temporaryFolder();
const server = new ArchiveServer();
const archiveOf = (files: Layout) =>
  tarGz(Object.entries(files).map(([name, content]) => ({ name: `cifar-10-batches-bin/${name}`, content })));
const archive = archiveOf(binaryFiles);
let downloads: string;
let folder: string;

beforeEach(async () => {
  server.reset(archive);
  const home = await mkdtemp(join(root, 'fetch-'));
  downloads = join(home, 'downloads');
  folder = join(home, 'cifar');
});

const fetch = (more: Partial<FetchOptions> = {}) =>
  fetchCifar10({
    archive: { url: server.url, bytes: archive.length },
    downloads,
    folder,
    signal: new AbortController().signal,
    set: smallSet,
    allowLoopbackHttp: true,
    retryDelayMs: 0,
    onDownload: (bytes) => server.received(bytes),
    ...more,
  });

describe('fetchCifar10', () => {
  it('downloads, verifies and stores the six files, and tidies up', async () => {
    const messages: string[] = [];
    let received = 0;
    await fetch({ onDownload: (bytes) => (received = bytes), onImport: (message) => messages.push(message) });
    expect(await folderContent(folder)).toEqual(goodContent);
    expect(await readdir(downloads)).toEqual([]);
    expect(received).toBe(archive.length);
    expect(messages.at(-1)).toBe('test_batch.bin is verified');
  });

  it('throws away an archive with a wrong file, so that the next download is a new one', async () => {
    const wrong = { ...binaryFiles, 'data_batch_5.bin': binaryFiles['data_batch_4.bin']! };
    server.reset(archiveOf(wrong));
    await expect(fetch()).rejects.toMatchObject({ code: 'data/hash-mismatch' });
    expect(await readdir(downloads)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    server.reset(archive);
    await fetch();
    expect(server.ranges).toEqual([undefined]);
    expect(await folderContent(folder)).toEqual(goodContent);
  });

  it('keeps a good archive that could not be stored, and needs no second download', async () => {
    await mkdir(join(folder, 'data_batch_1.bin', 'in the way'), { recursive: true });
    await expect(fetch()).rejects.toMatchObject({ code: expect.stringMatching(/^storage\//) as unknown });
    expect((await stat(partFileIn(downloads).path)).size).toBe(archive.length);
    folder = `${folder}-elsewhere`;
    await fetch();
    expect(server.ranges).toEqual([undefined]);
    expect(await folderContent(folder)).toEqual(goodContent);
  });

  it('keeps the part of a cut download and frees the lock', async () => {
    server.misbehaviours.push(server.cutAfter(archive.length >> 1), status(404));
    await expect(fetch()).rejects.toMatchObject({ code: 'data/download-http' });
    expect(await partFileIn(downloads).resumePoint(server.url)).toMatchObject({ bytes: archive.length >> 1 });
    await fetch();
    expect(server.ranges.at(-1)).toBe(`bytes=${archive.length >> 1}-`);
    expect(await folderContent(folder)).toEqual(goodContent);
  });

  it('asks for disk space before it asks the site', async () => {
    const tooLarge = { url: server.url, bytes: 1e18 };
    await expect(fetch({ archive: tooLarge })).rejects.toMatchObject({ code: 'storage/disk-full' });
    expect(server.ranges).toEqual([]);
  });

  it('waits for no other window, and outlives one that was killed', async () => {
    await mkdir(downloads, { recursive: true });
    const lock = join(downloads, 'download.lock');
    await writeFile(lock, '1');
    await expect(fetch()).rejects.toMatchObject({ code: 'data/download-busy' });
    expect(await readFile(lock, 'utf8')).toBe('1');
    const longAgo = new Date(Date.now() - 5 * 60 * 1000);
    await utimes(lock, longAgo, longAgo);
    await fetch();
    expect(await folderContent(folder)).toEqual(goodContent);
  });
});
