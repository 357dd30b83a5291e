import * as realFiles from 'node:fs/promises';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { downloadArchive, type DownloadOptions } from '../../../src/host/datasets/downloadArchive';
import { PartFile, type PartFiles } from '../../../src/host/datasets/partFile';
import { ArchiveServer, status } from './archiveServer';
import { temporaryFolder } from './temporaryFolder';

const root = temporaryFolder();
const server = new ArchiveServer();
const content = Uint8Array.from({ length: 500_000 }, (_, index) => (index * 7 + (index >> 9)) & 255);
let part: PartFile;

beforeEach(async () => {
  server.reset(content);
  part = new PartFile(join(await mkdtemp(join(root, 'part-')), 'archive.part'));
});

const download = (more: Partial<DownloadOptions> = {}) =>
  downloadArchive({
    url: server.url,
    part,
    maxBytes: 1_000_000,
    signal: new AbortController().signal,
    allowLoopbackHttp: true,
    retryDelayMs: 0,
    onProgress: (bytes) => server.received(bytes),
    ...more,
  });
const arrived = async () => new Uint8Array(await readFile(part.path));
const codeOf = (promise: Promise<void>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('downloadArchive', () => {
  it('fetches the file and reports every step of it', async () => {
    const steps: [number, number | null][] = [];
    await download({ onProgress: (received, total) => steps.push([received, total]) });
    expect(Buffer.compare(await arrived(), content)).toBe(0);
    expect(steps[0]).toEqual([0, content.length]);
    expect(steps.at(-1)).toEqual([content.length, content.length]);
    expect(steps.map(([received]) => received)).toEqual(
      [...steps.map(([received]) => received)].sort((a, b) => a - b),
    );
    expect(server.ranges).toEqual([undefined]);
  });

  it('goes on by itself where the connection was cut, however often', async () => {
    server.misbehaviours.push(
      server.cutAfter(200_000),
      server.cutAfter(100_000),
      server.cutAfter(50_000),
      server.cutAfter(10_000),
    );
    await download();
    expect(Buffer.compare(await arrived(), content)).toBe(0);
    expect(server.ranges).toEqual([
      undefined,
      'bytes=200000-',
      'bytes=300000-',
      'bytes=350000-',
      'bytes=360000-',
    ]);
  });

  it('gives up after three attempts without a byte, keeps the part, and continues at the next call', async () => {
    server.misbehaviours.push(server.cutAfter(200_000), status(503), status(503), status(429));
    expect(await codeOf(download())).toBe('data/download-cut');
    expect(await arrived()).toHaveLength(200_000);
    await download();
    expect(Buffer.compare(await arrived(), content)).toBe(0);
    expect(server.ranges.at(-1)).toBe('bytes=200000-');
  });

  it('asks for nothing when the part is complete already', async () => {
    await download();
    await download();
    expect(server.ranges).toHaveLength(1);
  });

  it('stops when cancelled and continues at the next call', async () => {
    const controller = new AbortController();
    const onProgress = (received: number) => {
      if (received > 100_000) controller.abort();
    };
    expect(await codeOf(download({ signal: controller.signal, onProgress }))).toBe('cancelled');
    const kept = (await arrived()).length;
    expect(kept).toBeGreaterThan(100_000);
    expect(kept).toBeLessThan(content.length);
    await download();
    expect(server.ranges).toEqual([undefined, `bytes=${kept}-`]);
    expect(Buffer.compare(await arrived(), content)).toBe(0);
  });

  it('cancels while it waits for the next attempt', async () => {
    const controller = new AbortController();
    server.misbehaviours.push((request, response) => {
      status(503)(request, response);
      response.on('close', () => controller.abort());
    });
    expect(await codeOf(download({ signal: controller.signal, retryDelayMs: 60_000 }))).toBe('cancelled');
  });

  it('starts anew when the file on the server has changed', async () => {
    server.misbehaviours.push(server.cutAfter(200_000), status(404));
    expect(await codeOf(download())).toBe('data/download-http');
    server.reset(content.slice().reverse());
    server.etag = '"v2"';
    await download();
    expect(Buffer.compare(await arrived(), content.slice().reverse())).toBe(0);
  });

  it.each([
    ['no ETag', undefined],
    ['a weak ETag', 'W/"v1"'],
  ])('does not continue by %s', async (_, etag) => {
    server.etag = etag;
    server.misbehaviours.push(server.cutAfter(200_000));
    await download();
    expect(server.ranges).toEqual([undefined, undefined]);
    expect(Buffer.compare(await arrived(), content)).toBe(0);
  });

  it('starts anew when the server answers with a range it was not asked for, or with none left', async () => {
    for (const answer of [
      status(206, { 'content-range': 'bytes 5-9/10', 'content-length': '0' }),
      status(206, { 'content-length': '0' }),
      status(416, {}),
    ]) {
      server.reset(content);
      await part.discard();
      server.misbehaviours.push(server.cutAfter(200_000), answer);
      await download();
      expect(server.ranges).toEqual([undefined, 'bytes=200000-', undefined]);
      expect(Buffer.compare(await arrived(), content)).toBe(0);
    }
  });

  it('does not trust a part whose description is damaged or of another address', async () => {
    for (const description of [
      '{"url":1}',
      'not json',
      JSON.stringify({ url: 'https://x/', validator: '"v1"', totalBytes: 9 }),
    ]) {
      server.reset(content);
      await writeFile(part.path, Buffer.alloc(1000, 1));
      await writeFile(`${part.path}.json`, description);
      await download();
      expect(server.ranges).toEqual([undefined]);
      expect(Buffer.compare(await arrived(), content)).toBe(0);
    }
  });

  it('refuses more than the cap, announced or not', async () => {
    expect(await codeOf(download({ maxBytes: 499_999 }))).toBe('data/download-too-large');
    await expect(arrived()).rejects.toThrow();
    server.misbehaviours.push((_, response) => {
      response.writeHead(200);
      response.end(content);
    });
    expect(await codeOf(download({ maxBytes: 300_000 }))).toBe('data/download-too-large');
    expect((await arrived()).length).toBeLessThanOrEqual(300_000);
  });

  it('accepts a server that does not say how much it sends', async () => {
    server.misbehaviours.push((_, response) => {
      response.writeHead(200);
      response.end(content);
    });
    const totals: (number | null)[] = [];
    await download({ onProgress: (_, total) => totals.push(total) });
    expect(new Set(totals)).toEqual(new Set([null]));
    expect(Buffer.compare(await arrived(), content)).toBe(0);
  });

  it('treats silence as a cut connection', async () => {
    server.misbehaviours.push((_, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': content.length });
      response.write(content.subarray(0, 1000));
    });
    await download({ idleMs: 500 });
    expect(Buffer.compare(await arrived(), content)).toBe(0);
    expect(server.ranges[1]).toBe('bytes=1000-');
  });

  it.each([400, 403, 404, 410])('reports status %i at once', async (code) => {
    server.misbehaviours.push(status(code));
    expect(await codeOf(download())).toBe('data/download-http');
    expect(server.ranges).toHaveLength(1);
  });

  it('follows redirects on this machine, but to nowhere insecure and not for ever', async () => {
    server.misbehaviours.push(status(302, { location: '/other' }), status(307, { location: server.url }));
    await download();
    expect(Buffer.compare(await arrived(), content)).toBe(0);
    for (const location of [
      'http://example.com/a',
      'http://127.0.0.1.example.com/',
      'http://localhost/',
      'file:///etc/passwd',
      'ftp://x/',
      'http://[',
      '',
    ]) {
      await part.discard();
      server.misbehaviours.push(status(302, location === '' ? {} : { location }));
      // An absent address leads back to the same place, until the redirects are counted out.
      if (location === '')
        server.misbehaviours.push(...Array.from({ length: 9 }, () => status(302, { location })));
      expect(await codeOf(download())).toBe('data/download-refused');
      server.misbehaviours.length = 0;
    }
  });

  it('uses plain http for nobody but tests', async () => {
    expect(await codeOf(download({ allowLoopbackHttp: false }))).toBe('data/download-refused');
    expect(server.ranges).toEqual([]);
  });

  it('says when the site cannot be reached', async () => {
    expect(await codeOf(download({ url: 'http://127.0.0.1:1/archive' }))).toBe('data/download-offline');
  });

  it.each([
    ['ENOSPC', 'storage/disk-full'],
    ['EROFS', 'storage/not-writable'],
    ['EIO', 'storage/io'],
  ])('blames the disk for %s, and can continue after', async (errno, code) => {
    let writes = 0;
    const files: PartFiles = {
      ...realFiles,
      open: async (...args: Parameters<typeof realFiles.open>) => {
        const handle = await realFiles.open(...args);
        const write = handle.write.bind(handle) as (...values: unknown[]) => Promise<unknown>;
        const failing = (...values: unknown[]) =>
          writes++ < 2 ? write(...values) : Promise.reject(Object.assign(new Error(errno), { code: errno }));
        return Object.assign(handle, { write: failing });
      },
    };
    expect(await codeOf(download({ part: new PartFile(part.path, files) }))).toBe(code);
    const kept = (await arrived()).length;
    expect(kept).toBeGreaterThan(0);
    await download();
    expect(server.ranges).toEqual([undefined, `bytes=${kept}-`]);
    expect(Buffer.compare(await arrived(), content)).toBe(0);
  });

  it('discards part and description', async () => {
    await download();
    await part.discard();
    await part.discard();
    expect(await readdir(join(part.path, '..'))).toEqual([]);
  });
});
