import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importCifar10, type ImportOptions } from '../../../src/host/datasets/importCifar10';
import { folderContent, goodContent } from './folderContent';
import { binaryFiles, pickleFiles, pngFiles, smallSet, type Layout } from './smallSet';
import { tarGz } from './tarBytes';
import { temporaryFolder } from './temporaryFolder';

const root = temporaryFolder();
let cases = 0;
const newFolder = async () => {
  const folder = join(root, `case-${cases++}`);
  await mkdir(folder);
  return folder;
};
const asFolder = async (files: Layout, subfolder = '') => {
  const folder = await newFolder();
  await mkdir(join(folder, subfolder), { recursive: true });
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, subfolder, name), content);
  return folder;
};
const asArchive = async (files: Layout, prefix: string) => {
  const path = join(await newFolder(), 'archive.tar.gz');
  await writeFile(
    path,
    tarGz(Object.entries(files).map(([name, content]) => ({ name: prefix + name, content }))),
  );
  return path;
};
const run = (source: string, folder: string, more: Partial<ImportOptions> = {}) =>
  importCifar10({ source, folder, signal: new AbortController().signal, set: smallSet, ...more });
const without = (files: Layout, name: string): Layout =>
  Object.fromEntries(Object.entries(files).filter(([key]) => key !== name));
const changed = (files: Layout, name: string, change: (bytes: Uint8Array) => Uint8Array): Layout => ({
  ...files,
  [name]: change(files[name]!.slice()),
});
const lastByteFlipped = (bytes: Uint8Array) => {
  bytes[bytes.length - 1]! ^= 1;
  return bytes;
};

describe('importCifar10', () => {
  const layouts: [string, Layout, string][] = [
    ['the binary version', binaryFiles, 'cifar-10-batches-bin/'],
    ['the python version', pickleFiles, 'cifar-10-batches-py/'],
    ['the PNG layout', pngFiles, 'package/'],
  ];

  it.each(layouts)(
    'reads %s from an archive, a folder, and the folder around it',
    async (_, files, prefix) => {
      const others = { 'readme.html': Buffer.from('hello') };
      const sources = [
        await asArchive({ ...others, ...files }, prefix),
        await asArchive(files, './'),
        await asFolder({ ...others, ...files }),
        await asFolder(files, prefix),
      ];
      for (const source of sources) {
        const folder = join(await newFolder(), 'made', 'on', 'the', 'way');
        await run(source, folder);
        expect(await folderContent(folder)).toEqual(goodContent);
      }
    },
  );

  it('reports its work, which adds up to one', async () => {
    for (const source of [await asFolder(binaryFiles), await asArchive(pngFiles, '')]) {
      const messages: string[] = [];
      let sum = 0;
      const onProgress = (message: string, share: number) => {
        messages.push(message);
        sum += share;
      };
      await run(source, await newFolder(), { onProgress });
      expect(sum).toBeCloseTo(1, 6);
      expect(messages).toContain('test_batch.bin is verified');
    }
  });

  it.each<[string, Layout, string, RegExp]>([
    [
      'a changed pixel',
      changed(binaryFiles, 'data_batch_3.bin', lastByteFlipped),
      'data/hash-mismatch',
      /^data_batch_3\.bin /,
    ],
    [
      'a changed picture',
      { ...pngFiles, 'data_batch_2.png': pngFiles['data_batch_1.png']! },
      'data/hash-mismatch',
      /^data_batch_2\.png /,
    ],
    [
      'a short file',
      changed(binaryFiles, 'test_batch.bin', (bytes) => bytes.subarray(1)),
      'data/batch-shape',
      /^test_batch\.bin /,
    ],
    [
      'a long file',
      changed(binaryFiles, 'test_batch.bin', (bytes) => Buffer.concat([bytes, bytes])),
      'data/batch-shape',
      /^test_batch\.bin /,
    ],
    [
      'a missing batch',
      without(pickleFiles, 'data_batch_4'),
      'data/files-missing',
      /python version.* data_batch_4 is missing/,
    ],
    [
      'missing labels',
      without(pngFiles, 'test_lables.json'),
      'data/files-missing',
      /PNG layout.* test_lables\.json is missing/,
    ],
    [
      'one batch only',
      { 'data_batch_1.bin': binaryFiles['data_batch_1.bin']! },
      'data/files-missing',
      /data_batch_2\.bin, .*test_batch\.bin are missing/,
    ],
    [
      'a hostile pickle',
      changed(pickleFiles, 'test_batch', () => Buffer.from('\x80\x02cos\nsystem\nU\x02ls\x85R.', 'latin1')),
      'data/pickle-unsafe',
      /os\.system/,
    ],
    [
      'damaged JSON',
      changed(pngFiles, 'train_lables.json', () => Buffer.from('[1,')),
      'data/labels-invalid',
      /train_lables\.json/,
    ],
    [
      'something else',
      { 'holiday.jpg': Buffer.from('x') },
      'data/unknown-layout',
      /cifar-10-binary\.tar\.gz/,
    ],
  ])('names the fault of %s and leaves a good copy alone', async (_, files, code, message) => {
    for (const source of [await asFolder(files), await asArchive(files, 'x/')]) {
      const folder = await asFolder(binaryFiles);
      const error = await run(source, folder).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
      expect(await folderContent(folder)).toEqual(goodContent);
    }
  });

  it('replaces a damaged copy, also when it is its own source', async () => {
    const folder = await asFolder(changed(binaryFiles, 'data_batch_1.bin', lastByteFlipped));
    await run(await asFolder(pickleFiles), folder);
    expect(await folderContent(folder)).toEqual(goodContent);
    await run(folder, folder);
    expect(await folderContent(folder)).toEqual(goodContent);
  });

  it('leaves nothing behind when cancelled', async () => {
    const controller = new AbortController();
    const folder = await newFolder();
    const onProgress = (message: string) => {
      if (message.startsWith('data_batch_3.bin is verified')) controller.abort();
    };
    await expect(
      run(await asFolder(binaryFiles), folder, { signal: controller.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('clears away what a killed import left, but not one that may still run', async () => {
    const folder = await newFolder();
    await mkdir(join(folder, '.partial-old'));
    await mkdir(join(folder, '.partial-new'));
    const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(join(folder, '.partial-old'), longAgo, longAgo);
    await run(await asFolder(binaryFiles), folder);
    expect((await readdir(folder)).sort()).toEqual(['.partial-new', ...Object.keys(binaryFiles).sort()]);
  });

  it('says what is wrong with the places it is given', async () => {
    const folder = await newFolder();
    await expect(run(join(folder, 'absent'), folder)).rejects.toMatchObject({ code: 'storage/io' });
    await writeFile(join(folder, 'file'), 'x');
    await expect(run(await asFolder(binaryFiles), join(folder, 'file', 'below'))).rejects.toMatchObject({
      code: 'storage/io',
    });
    const notTar = join(folder, 'file');
    await expect(run(notTar, folder)).rejects.toMatchObject({ code: 'data/archive-invalid' });
  });
});
