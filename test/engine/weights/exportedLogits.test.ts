/** What leaves the extension computes what it computed inside: the engine's logits, and those of others who were given the exported files. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateModel } from '../../../src/core/codegen/model/generateModel';
import { withSe } from '../../../src/core/model/modelSpec';
import { weightFiles, type WeightFormat } from '../../../src/host/exports/weightFiles';
import { PYTHON, torchVersion } from '../../support/pytorch/torchPython';
import { startWasm } from '../support/startWasm';
import { images, IMAGES_SHAPE, relativeDifference, trainCase, type TrainedCase } from './trainedCase';

/** Of the largest logit: a net of three steps has small ones. */
const TOLERANCE = 1e-4;
const resnet8 = { depth: 8, width: 4 };

/** Every gate, squeeze and place, with and without biases; no SE; a stage without it; bottlenecks; the ImageNet stem. */
const CASES: Readonly<Record<string, Record<string, unknown>>> = {
  'no SE': { backbone: resnet8, se: 'none' },
  'sigmoid, average, standard': { backbone: resnet8, se: {} },
  'hard sigmoid, average, pre': { backbone: resnet8, se: { gate: 'hard-sigmoid', place: 'pre' } },
  'hard sigmoid, maximum, identity, no bias': {
    backbone: resnet8,
    se: { gate: 'hard-sigmoid', squeeze: 'max', place: 'identity', bias: false },
  },
  'tanh, maximum, post': { backbone: resnet8, se: { gate: 'tanh', squeeze: 'max', place: 'post' } },
  'ReLU, average, identity': { backbone: resnet8, se: { gate: 'relu', place: 'identity' } },
  'sigmoid, maximum, standard, no bias, stage 2': {
    backbone: resnet8,
    se: { squeeze: 'max', bias: false, stages: [2] },
  },
  'basic units, four stages, max pooling': { backbone: { depth: 18, width: 4, stem: 'imagenet' }, se: {} },
  'bottlenecks, max pooling, pre': {
    backbone: { depth: 50, width: 4, stem: 'imagenet' },
    se: { place: 'pre' },
  },
};
const names = Object.keys(CASES);

let folder = '';
const trained = new Map<string, TrainedCase>();
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'se-playground-weights-'));
  await startWasm();
  for (const name of names) trained.set(name, await trainCase(CASES[name]!));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const given = { shape: IMAGES_SHAPE, values: Buffer.from(images.buffer).toString('base64') };

async function exported(name: string, format: WeightFormat, fileName: string): Promise<void> {
  const { spec, data } = trained.get(name)!;
  const arm = { id: 'b' as const, label: 'with SE', spec };
  const files = weightFiles(format, fileName, { arm, seed: 1, checkpoint: { epoch: 1, data } });
  for (const file of files) await writeFile(path.join(folder, file.name), file.content);
}

describe('TensorFlow.js without our code', () => {
  const script = path.resolve(import.meta.dirname, '../../support/weights/stockTfjs.mjs');

  it.each(names)('%s', async (name) => {
    await exported(name, 'tfjs', 'model.json');
    const result = spawnSync(process.execPath, [script, folder], {
      input: JSON.stringify(given),
      encoding: 'utf8',
    });
    expect(result.status, result.stderr).toBe(0);
    const theirs = JSON.parse(result.stdout) as number[][];
    expect(theirs).toHaveLength(IMAGES_SHAPE[0]);
    expect(relativeDifference(theirs, trained.get(name)!.logits)).toBeLessThan(TOLERANCE);
  });
});

const torch = torchVersion();

describe.skipIf(torch === undefined)(`the generated module in PyTorch ${torch ?? '(not installed)'}`, () => {
  const theirs = new Map<string, number[][]>();
  let controlLogits: number[][] | undefined;
  beforeAll(async () => {
    const cases = [];
    let control = 0;
    for (const [index, name] of names.entries()) {
      const fileName = `${index}.safetensors`;
      await exported(name, 'safetensors', fileName);
      const { spec } = trained.get(name)!;
      const weights = path.join(folder, fileName);
      const hasSe = spec.se === 'none' ? null : true;
      cases.push({ source: generateModel(spec, 'pytorch').text, weights, withSe: hasSe, ...given });
      if (hasSe) continue;
      // The control arm of a definition with SE.
      control = cases.length;
      const { text } = generateModel(withSe(spec), 'pytorch');
      cases.push({ source: text, weights, withSe: false, ...given });
    }
    const script = path.resolve(import.meta.dirname, '../../support/weights/moduleLogits.py');
    const input = JSON.stringify(cases);
    // -B: no folder of compiled Python among the sources.
    const result = spawnSync(PYTHON, ['-B', script], { input, encoding: 'utf8', maxBuffer: 1e8 });
    expect(result.status, result.stderr).toBe(0);
    const answers = JSON.parse(result.stdout) as number[][][];
    [controlLogits] = answers.splice(control, 1);
    answers.forEach((logits, index) => theirs.set(names[index]!, logits));
  });

  it.each(names)('%s', (name) => {
    expect(theirs.get(name)).toHaveLength(IMAGES_SHAPE[0]);
    expect(relativeDifference(theirs.get(name)!, trained.get(name)!.logits)).toBeLessThan(TOLERANCE);
  });

  it('takes the weights of the model without SE where the definition has it', () => {
    expect(relativeDifference(controlLogits!, trained.get('no SE')!.logits)).toBeLessThan(TOLERANCE);
  });
});
