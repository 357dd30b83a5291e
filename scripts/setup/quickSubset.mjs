import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { announce } from './announce.mjs';
import { cachePaths, repoRoot } from './cachePaths.mjs';
import { imagesPerBatch, recordBytes } from './cifar10.mjs';

const classCount = 10;
const trainPerClass = 500;
const testPerClass = 100;
const imageBytes = recordBytes - 1;

const subsetPath = join(repoRoot, 'media', 'quick-cifar.bin');
const stampPath = join(repoRoot, 'node_modules', '.cache', 'se-playground', 'quick-subset.json');

/**
 * The balanced quick subset that the .vsix carries: the first 500 images of each class of the training batches
 * and the first 100 of each class of the test batch, lossless. Never committed; made from the set-up's CIFAR-10.
 *
 * @type {import('./bootstrap.mjs').SetupStep}
 */
export const quickSubset = {
  async isDone() {
    if (!existsSync(subsetPath)) return false;
    const stamp = await readFile(stampPath, 'utf8').catch(() => undefined);
    return stamp !== undefined && stamp === stampOf(await bundleCodec(), await readFile(subsetPath));
  },
  async make() {
    announce('cifar10: packing the quick subset (5,000 training and 1,000 test images)');
    const codec = await bundleCodec();
    /** @type {typeof import('../../src/core/data/quickSubset')} */
    const { encodeQuickSubset } = await import(
      `data:text/javascript;base64,${Buffer.from(codec).toString('base64')}`
    );
    const trainFiles = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
    const packed = encodeQuickSubset({
      train: await firstOfEachClass(trainFiles, trainPerClass),
      test: await firstOfEachClass(['test_batch.bin'], testPerClass),
    });
    const temporary = `${subsetPath}.partial`;
    await mkdir(dirname(subsetPath), { recursive: true });
    await writeFile(temporary, packed);
    await rename(temporary, subsetPath);
    await mkdir(dirname(stampPath), { recursive: true });
    await writeFile(stampPath, stampOf(codec, packed));
    announce(`cifar10: media/quick-cifar.bin is ready (${(packed.byteLength / 1e6).toFixed(1)} MB)`);
  },
};

/**
 * The codec is TypeScript of the core room: bundled on the fly, so that set-up needs no build first.
 *
 * @returns {Promise<string>} an ES module
 */
async function bundleCodec() {
  const { build } = await import('esbuild');
  const result = await build({
    entryPoints: [join(repoRoot, 'src', 'core', 'data', 'quickSubset.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  return result.outputFiles[0]?.text ?? '';
}

/**
 * @param {string} codec
 * @param {Uint8Array} packed
 */
function stampOf(codec, packed) {
  const hash = (/** @type {string | Uint8Array} */ data) => createHash('sha256').update(data).digest('hex');
  return JSON.stringify({ codec: hash(codec), packed: hash(packed), trainPerClass, testPerClass });
}

/**
 * @param {string[]} files batches, read in this order
 * @param {number} perClass
 * @returns {Promise<{ images: Uint8Array, labels: Uint8Array }>} images [n, 32, 32, 3] uint8, labels [n], in file order
 */
async function firstOfEachClass(files, perClass) {
  const total = perClass * classCount;
  const images = new Uint8Array(total * imageBytes);
  const labels = new Uint8Array(total);
  const taken = new Array(classCount).fill(0);
  let count = 0;
  for (const file of files) {
    const records = await readFile(join(cachePaths().cifarBinary, file));
    for (let index = 0; index < imagesPerBatch && count < total; index++) {
      const record = records.subarray(index * recordBytes, (index + 1) * recordBytes);
      const label = record[0] ?? classCount;
      if (taken[label] >= perClass) continue;
      taken[label]++;
      labels[count] = label;
      images.set(channelsLast(record.subarray(1)), count * imageBytes);
      count++;
    }
  }
  if (count !== total) throw new Error(`The batches hold only ${count} of the ${total} images wanted.`);
  return { images, labels };
}

/**
 * @param {Uint8Array} planes [3, 32, 32]
 * @returns {Uint8Array} [32, 32, 3]
 */
function channelsLast(planes) {
  const pixels = planes.length / 3;
  const interleaved = new Uint8Array(planes.length);
  for (let channel = 0; channel < 3; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      interleaved[3 * pixel + channel] = planes[channel * pixels + pixel] ?? 0;
    }
  }
  return interleaved;
}
