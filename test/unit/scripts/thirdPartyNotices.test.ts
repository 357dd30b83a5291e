import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledPackages, noticesText } from '../../../scripts/notices/thirdPartyNotices.mjs';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'se-playground-notices-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function addFiles(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
}

const addPackage = (folder: string, version: string, files: Record<string, string>) =>
  addFiles({
    [`${folder}/package.json`]: JSON.stringify({
      name: folder.split('node_modules/').at(-1),
      version,
      license: 'MIT',
    }),
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])),
  });

async function metafileOf(entry: string): Promise<esbuild.Metafile> {
  await addFiles({ 'entry.js': entry });
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['entry.js'],
    bundle: true,
    write: false,
    metafile: true,
  });
  return metafile;
}

describe('bundledPackages', () => {
  it('finds the packages that really are in the bundles, each version once, sorted, with all their notices', async () => {
    await addPackage('node_modules/zebra', '1.0.0', {
      'index.js': `import { ant } from 'ant'; export const zebra = ant + 1;`,
      'LICENSE.md': 'Zebra licence',
      NOTICE: 'Zebra notice',
    });
    const ant = { 'index.js': 'export const ant = globalThis.ant;', LICENCE: 'Ant licence' };
    await addPackage('node_modules/zebra/node_modules/ant', '2.0.0', ant);
    await addPackage('node_modules/ant', '10.0.0', ant);
    await addPackage('node_modules/@scope/unused', '1.0.0', { 'index.js': 'export const unused = 1;' });
    const first = await metafileOf(
      `import { zebra } from 'zebra'; import { ant } from 'ant'; import { unused } from '@scope/unused'; console.log(zebra, ant);`,
    );
    const second = await metafileOf(`import { ant } from 'ant'; console.log(ant);`);
    const packages = await bundledPackages([first, second], root);
    expect(packages).toEqual([
      { name: 'ant', version: '10.0.0', licence: 'MIT', text: 'Ant licence' },
      { name: 'ant', version: '2.0.0', licence: 'MIT', text: 'Ant licence' },
      { name: 'zebra', version: '1.0.0', licence: 'MIT', text: 'Zebra licence\n\nZebra notice' },
    ]);
    const text = await noticesText(packages);
    expect(text).toContain('zebra 1.0.0 (MIT)\n\nZebra licence');
    expect(text).toContain('XNNPACK');
  });

  it('refuses a package whose licence text is nowhere', async () => {
    await addPackage('node_modules/@scope/silent', '1.0.0', {
      'index.js': 'console.log(1);',
      LICENSE: ' \n',
    });
    const metafile = await metafileOf(`import '@scope/silent';`);
    await expect(bundledPackages([metafile], root)).rejects.toThrow(
      /licence text: node_modules\/@scope\/silent/,
    );
  });
});
