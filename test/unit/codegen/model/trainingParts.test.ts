/** The parts of the training script against the extension's own: schedule, gates, data, batches, the pair's common start. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateTrainingScript } from '../../../../src/core/codegen/model/generateTrainingScript';
import { CHANNEL_DEVIATION, CHANNEL_MEAN } from '../../../../src/core/data/augmentation';
import { ExcitationAccumulator } from '../../../../src/core/excitation/excitationAccumulator';
import type { ExcitationSummary } from '../../../../src/core/excitation/excitationSummary';
import { compileModel } from '../../../../src/core/model/compileModel';
import { nodeById } from '../../../../src/core/model/graph';
import { learningRateAt } from '../../../../src/core/training/learningRate';
import { askPython, TORCH, TORCH_NOTE } from './runPython';
import { TINY } from './trainingCase';

const SCHEDULES = [
  { schedule: 'constant' as const, warmupEpochs: 0 },
  { schedule: 'constant' as const, warmupEpochs: 0.3 },
  { schedule: 'step' as const, warmupEpochs: 1 },
  { schedule: 'cosine' as const, warmupEpochs: 0 },
  { schedule: 'cosine' as const, warmupEpochs: 1.5 },
  { schedule: 'cosine' as const, warmupEpochs: 9 },
].map((changes) => ({
  recipe: { learningRate: 0.1, stepEpochs: 2, ...changes },
  stepsPerEpoch: 7,
  epochs: 5,
  steps: 35,
}));

interface Answer {
  rates: number[][];
  cifar10: { sizes: number[]; same: boolean; red: boolean; subset: boolean; refused: (string | null)[] };
  augmentation: { wrong: number; labels: boolean; range: number[]; fresh: boolean; normalised: number[] };
  splits: Record<string, unknown> & { balance: number[][] };
  gates: { summary: ExcitationSummary; labels: number[]; gates: Record<string, string> };
  pair: { common: boolean; ours: string[][]; decay: number[]; moments: number };
}

const folder = mkdtempSync(path.join(tmpdir(), 'training-parts-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!TORCH)(`the parts of the training script${TORCH_NOTE}`, () => {
  let answer: Answer;
  beforeAll(() => {
    const { text: source } = generateTrainingScript(TINY);
    const request = { source, folder, schedules: SCHEDULES, recipe: TINY.training };
    answer = askPython('checkTrainingParts.py', request) as Answer;
  });

  it('has the learning rates of the extension', () => {
    SCHEDULES.forEach(({ recipe, stepsPerEpoch, epochs, steps }, index) => {
      for (let step = 0; step < steps; step++) {
        const expected = learningRateAt(recipe, step, stepsPerEpoch, epochs);
        expect(answer.rates[index]![step]).toBeCloseTo(expected, 14);
      }
    });
  });

  it('reads both forms of CIFAR-10, and nothing else', () => {
    const { refused, ...read } = answer.cifar10;
    expect(read).toEqual({ sizes: [150, 30], same: true, red: true, subset: true });
    const reasons = [
      /asks for (posix|nt)\.system/,
      /asks for collections\.Counter/,
      /no whole number of images/,
      /labels that are not 0 to 9/,
      /There is no CIFAR-10 in .*--dataset synthetic/,
    ];
    reasons.forEach((reason, index) => expect(refused[index]).toMatch(reason));
  });

  it('crops and flips', () => {
    const { normalised, ...rest } = answer.augmentation;
    expect(rest).toEqual({ wrong: 0, labels: true, range: [0, 8], fresh: true });
    const expected = CHANNEL_MEAN.flatMap((mean, channel) =>
      [0, 1].map((value) => (value - mean) / CHANNEL_DEVIATION[channel]!),
    );
    normalised.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5));
  });

  it('splits evenly, and processes share the batches that one would see', () => {
    const { balance, uneven, ...rest } = answer.splits;
    expect(rest).toEqual({
      sizes: [154, 51],
      overlap: 0,
      seeded: true,
      steps: 7,
      sameBatches: true,
      otherEpoch: true,
    });
    for (const counts of balance) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(uneven).toMatch(/20 images cannot be split evenly over 3 processes/);
  });

  it('sums up gates as the extension does', () => {
    const { summary, labels, gates } = answer.gates;
    const { blocks } = compileModel(TINY);
    const ours = new ExcitationAccumulator(blocks, TINY.classes);
    for (const { id } of blocks) {
      const bytes = Buffer.from(gates[id]!, 'base64');
      ours.add(id, new Float32Array(Uint8Array.from(bytes).buffer), labels);
    }
    const expected = ours.summary();
    expect(summary.imagesPerClass).toEqual(expected.imagesPerClass);
    // Some gates at either end, or the fractions would prove nothing.
    expect(summary.blocks.some(({ saturatedLow }) => saturatedLow > 0)).toBe(true);
    expect(summary.blocks.some(({ saturatedHigh }) => saturatedHigh > 0)).toBe(true);
    summary.blocks.forEach((block, index) => {
      const { mean, deviation, ...rest } = expected.blocks[index]!;
      expect(block).toMatchObject(rest);
      // One step of the rounding, where the sums differ in their last digits.
      mean.forEach((value, at) => expect(Math.abs(block.mean[at]! - value)).toBeLessThan(1.1e-5));
      deviation.forEach((value, at) => expect(Math.abs(block.deviation[at]! - value)).toBeLessThan(1.1e-5));
    });
  });

  it('starts both arms alike, and decays kernels only', () => {
    const { common, ours, decay, moments } = answer.pair;
    expect(common).toBe(true);
    expect(decay).toEqual([TINY.training.weightDecay, 0]);
    const graph = compileModel(TINY);
    const trained = graph.nodes.flatMap(({ params }) => params.filter(({ trainable }) => trainable));
    expect(ours.map((names) => names.length)).toEqual([
      trained.filter((info) => info.decay).length,
      trained.filter((info) => !info.decay).length,
    ]);
    expect(ours[0]!.every((name) => /(conv\d?|fc\d?)\.weight$/.test(name))).toBe(true);
    const [height = 0, width = 0, , outputs = 0] = nodeById(graph, 'layer3.0.conv1').params[0]!.shape;
    const expected = 2 / (height * width * outputs);
    expect(moments / expected).toBeGreaterThan(0.8);
    expect(moments / expected).toBeLessThan(1.2);
  });
});
