/** The generated recorder, run on models in PyTorch, against plain loops there and the engine's own sums here. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateRecorder } from '../../../../src/core/codegen/recorder/generateRecorder';
import { seDefinition } from '../../../../src/core/codegen/seSnippets';
import { ExcitationAccumulator } from '../../../../src/core/excitation/excitationAccumulator';
import type { ExcitationTrace } from '../../../../src/core/excitation/trace';
import { decodeTrace } from '../../../../src/core/excitation/traceFile';
import { summaryOfTrace } from '../../../../src/core/excitation/traceSummary';
import { PYTHON, torchVersion } from '../../../support/pytorch/torchPython';

interface Recorded {
  path: string;
  labels: number[];
  /** Recomputed, row-major [images, channels] for each block. */
  gates: Record<string, number[]>;
}
interface Case extends Recorded {
  unchanged: boolean;
  hooks: number;
  training: boolean;
}
interface Answer {
  cases: Record<string, Case | null>;
  misuse: { texts: Record<string, string | null>; written: boolean; hooks: number; half: string };
  loop: { path: string; warnings: string[]; training: boolean };
  inline: string;
  mobilenet: Recorded | null;
  lookalikes: string;
  strangers: Record<string, string | null> | null;
  parallel: string;
}

const TORCH = torchVersion() !== undefined;
const NOTE = TORCH ? '' : ` (SKIPPED: no torch in ${PYTHON})`;
const TORCHVISION =
  existsSync(PYTHON) && spawnSync(PYTHON, ['-c', 'import torchvision'], { encoding: 'utf8' }).status === 0;
const VISION_NOTE = TORCHVISION ? '' : ` (SKIPPED: no torchvision in ${PYTHON})`;

const inserted = seDefinition({
  framework: 'pytorch',
  language: 'python',
  className: 'SqueezeExcite',
  namespace: 'nn',
  options: { squeeze: 'avg', gate: 'sigmoid', bias: true },
  style: { indent: '    ', eol: '\n', quote: '"', semicolons: true },
});

const folder = mkdtempSync(path.join(tmpdir(), 'recorder-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (file: string) => decodeTrace(readFileSync(file, 'utf8'));

/** Mean, deviation, saturation and kept images of the trace against the recomputed gates. */
function expectGates(trace: ExcitationTrace, { labels, gates }: Recorded, tolerance: number): void {
  expect(trace.blocks.map(({ block }) => block)).toEqual(Object.keys(gates));
  const blocks = trace.blocks.map(({ block, channels }) => ({ id: block, channels }));
  const sums = new ExcitationAccumulator(blocks, trace.classNames.length);
  for (const { id } of blocks) sums.add(id, gates[id]!, labels);
  const expected = sums.summary();
  const summary = summaryOfTrace(trace);
  expect(summary.imagesPerClass).toEqual(expected.imagesPerClass);
  const close = (ours: readonly number[], theirs: readonly number[]) => {
    expect(ours.length).toBe(theirs.length);
    ours.forEach((value, at) => expect(Math.abs(value - theirs[at]!)).toBeLessThanOrEqual(tolerance));
  };
  summary.blocks.forEach((block, index) => {
    const other = expected.blocks[index]!;
    close(block.mean, other.mean);
    close(block.deviation, other.deviation);
    expect(Math.abs(block.saturatedLow - other.saturatedLow)).toBeLessThan(tolerance * 10);
    expect(Math.abs(block.saturatedHigh - other.saturatedHigh)).toBeLessThan(tolerance * 10);
  });
  const kept = trace.classNames.flatMap((_, label) => {
    const ofClass = labels.flatMap((other, image) => (other === label ? [image] : []));
    return ofClass.slice(0, 2);
  });
  kept.sort((one, other) => one - other);
  expect(trace.images).toEqual(kept.map((image) => ({ id: String(image), label: labels[image] })));
  for (const { block, channels, imageGates } of trace.blocks) {
    const theirs = kept.flatMap((image) => gates[block]!.slice(image * channels, (image + 1) * channels));
    close([...imageGates!], theirs);
  }
}

describe('the recorder', () => {
  it('is a Python module for an untitled document', () => {
    const { fileName, languageId, text } = generateRecorder();
    expect([fileName, languageId]).toEqual(['record_excitations.py', 'python']);
    expect(text).toMatch(/^def record_excitations\(model, loader, path=/m);
    expect(text).not.toMatch(/[^\n -~]/);
  });
});

describe.skipIf(!TORCH)(`the recorder in PyTorch${NOTE}`, () => {
  let answer: Answer;
  beforeAll(() => {
    const result = spawnSync(PYTHON, ['-B', path.join(import.meta.dirname, 'checkRecorder.py')], {
      input: JSON.stringify({ source: generateRecorder().text, folder, inserted }),
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    if (result.status !== 0) throw new Error(result.stderr, { cause: result.error });
    answer = JSON.parse(result.stdout) as Answer;
  });

  const EXACT = 1e-5;
  it.each([
    ['linear', 'activation', 'sigmoid', EXACT],
    ['inserted', 'activation', 'sigmoid', EXACT],
    ['functional', 'layer', 'sigmoid', EXACT],
    ['ownGate', 'activation', 'hard-sigmoid', EXACT],
    ['maker', 'output', 'sigmoid', EXACT],
    // The format has three digits.
    ['bfloat16', 'activation', 'sigmoid', 0.02],
  ])('records a model with %s blocks: %s, %s', (name, measured, gate, tolerance) => {
    const recorded = answer.cases[name]!;
    const trace = read(recorded.path);
    expect(trace.blocks.map((block) => [block.measured, block.gate])).toEqual([
      [measured, gate],
      [measured, gate],
    ]);
    if (tolerance === EXACT) expectGates(trace, recorded, EXACT + 1e-9);
    else {
      const means = trace.blocks.flatMap((block) => [...block.mean]);
      const exact = answer.cases[name]!;
      const sums = new ExcitationAccumulator(
        trace.blocks.map(({ block, channels }) => ({ id: block, channels })),
        trace.classNames.length,
      );
      for (const { block } of trace.blocks) sums.add(block, exact.gates[block]!, exact.labels);
      const expected = sums.summary().blocks.flatMap((block) => block.mean);
      means.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(tolerance));
    }
    const { unchanged, hooks, training } = recorded;
    expect({ unchanged, hooks, training }).toEqual({ unchanged: true, hooks: 0, training: false });
  });

  it.skipIf(!TORCHVISION)(`records torchvision's SqueezeExcitation${VISION_NOTE}`, () => {
    const recorded = answer.cases['torchvision']!;
    const trace = read(recorded.path);
    expect(trace.blocks[0]).toMatchObject({ measured: 'activation', gate: 'hard-sigmoid', channels: 8 });
    // Some gates at either end, or the fractions would prove nothing.
    expect(trace.blocks.some(({ saturatedLow }) => saturatedLow > 0)).toBe(true);
    expect(trace.blocks.some(({ saturatedHigh }) => saturatedHigh > 0)).toBe(true);
    expectGates(trace, recorded, EXACT + 1e-9);
  });

  it.skipIf(!TORCHVISION)(
    `finds every block of torchvision's MobileNetV3 and nothing else${VISION_NOTE}`,
    () => {
      const trace = read(answer.mobilenet!.path);
      expect(trace.blocks.length).toBe(9);
      expect(trace.blocks[0]!.block).toBe('features.1.block.1');
      expect(trace.model).toBe('MobileNetV3');
      expect(trace.code?.map(({ file }) => file)).toContain('mobilenetv3.py');
      expectGates(trace, answer.mobilenet!, EXACT + 1e-9);
    },
  );

  it.skipIf(!TORCHVISION)(`finds nothing in networks without such blocks${VISION_NOTE}`, () => {
    const found = Object.values(answer.strangers!);
    expect(found.length).toBe(4);
    for (const text of found) expect(text).toMatch(/No squeeze-and-excitation block was found/);
  });

  it('takes the block itself, not what holds it or does something like it', () => {
    expect(read(answer.lookalikes).blocks.map(({ block }) => block)).toEqual(['2.0']);
  });

  it('divides output by input where nothing else tells the gate, and says what it could not tell', () => {
    const recorded = answer.cases['ratio']!;
    const trace = read(recorded.path);
    const classes = trace.classNames.length;
    for (const { block, channels, measured, gate, mean, unknown } of trace.blocks) {
      expect([measured, gate]).toEqual(['ratio', undefined]);
      // The unit shuts channel 0 off. Others may be 0 in an image too.
      expect(unknown).toBeGreaterThanOrEqual(1 / channels);
      const sums = new ExcitationAccumulator([{ id: block, channels }], classes);
      sums.add(block, recorded.gates[block]!, recorded.labels);
      const [expected] = sums.summary().blocks;
      for (let label = 0; label < classes; label++) {
        expect(mean[label * channels]).toBe(0);
        for (let channel = 1; channel < channels && unknown! - 1 / channels < 1e-9; channel++) {
          const at = label * channels + channel;
          expect(Math.abs(mean[at]! - expected!.mean[at]!)).toBeLessThan(2e-5);
        }
      }
    }
    // At least one block lacks no other channel, or the means were not compared.
    expect(trace.blocks.some(({ channels, unknown }) => unknown! - 1 / channels < 1e-9)).toBe(true);
  });

  it('has means and deviations that follow from the gates of its images', () => {
    const { classNames, images, blocks } = read(answer.cases['everyImage']!.path);
    expect(images.length).toBe(21);
    for (const { channels, mean, deviation, imageGates } of blocks) {
      mean.forEach((value, at) => {
        const gates = images.flatMap(({ label }, image) =>
          label === Math.floor(at / channels) ? [imageGates![image * channels + (at % channels)]!] : [],
        );
        const center = gates.reduce((total, gate) => total + gate, 0) / Math.max(1, gates.length);
        const square =
          gates.reduce((total, gate) => total + (gate - center) ** 2, 0) / Math.max(1, gates.length);
        expect(Math.abs(value - center)).toBeLessThan(1e-6);
        expect(Math.abs(deviation[at]! - Math.sqrt(square))).toBeLessThan(1e-6);
      });
    }
    expect(classNames.length * blocks[0]!.channels).toBe(blocks[0]!.mean.length);
  });

  it('tells which code it saw, by a hash of its text', () => {
    const { code } = read(answer.cases['inserted']!.path);
    const source = readFileSync(path.join(import.meta.dirname, 'checkRecorder.py'));
    const fingerprint = `sha256:${createHash('sha256').update(source).digest('hex')}`;
    expect(code).toEqual([{ file: 'checkRecorder.py', fingerprint }]);
  });

  it('puts classes together, and looks through DataParallel', () => {
    const trace = read(answer.parallel);
    expect(trace.classNames).toEqual(['bee', 'other classes']);
    expect(trace.imagesPerClass.reduce((total, count) => total + count)).toBe(21);
    expect(trace.blocks.map(({ block }) => block)).toEqual(['layer1.0.se', 'layer1.1.se']);
  });

  it('serves a loop of the user: labels after the pass, ids, chosen blocks, any mode', () => {
    const { path: file, warnings, training } = answer.loop;
    const trace = read(file);
    expect(trace).toMatchObject({
      model: 'Mine',
      epoch: 4,
      classNames: ['0', '1', '2', '3', '4'],
      imagesPerClass: [3, 1, 0, 0, 2],
      images: [
        { id: '0-0', label: 0 },
        { id: '0-1', label: 4 },
        { id: '1-2', label: 1 },
      ],
    });
    expect(trace.blocks.map(({ block }) => block)).toEqual(['layer1.1.se']);
    expect(training).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/training mode/)]);
  });

  it('records the activation of a block that is written in its unit, if it is named', () => {
    expect(read(answer.inline).blocks).toMatchObject([
      { block: '0.sigmoid', measured: 'output', gate: 'sigmoid', channels: 6 },
    ]);
  });

  it('says what is wrong, writes nothing then, and leaves no hooks', () => {
    const { texts, written, hooks, half } = answer.misuse;
    const reasons: Record<string, RegExp> = {
      nothing: /Nothing was recorded/,
      unlabelled: /has no labels/,
      twice: /called twice/,
      short: /gates for 2 images, and there are 1 labels/,
      unnamed: /Label 3 has no name/,
      half: /last batch/,
      module: /no module 'layer9'/,
      class: /'dog'/,
      plain: /No squeeze-and-excitation block was found/,
      nan: /not a number/,
      large: /keep_classes/,
    };
    expect(Object.keys(texts)).toEqual(Object.keys(reasons));
    for (const [name, reason] of Object.entries(reasons)) expect(texts[name]).toMatch(reason);
    expect({ written, hooks, half }).toEqual({ written: false, hooks: 0, half: 'float16' });
  });
});
