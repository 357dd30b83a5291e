/**
 * Every generated Python file parses (Lezer's grammar, and Python's own compiler where there is one). Keras and Flax, which nothing here can run,
 * are compared with goldens: read line by line when committed, and never written by a test. PyTorch has no golden: it is run.
 */
import { readFileSync } from 'node:fs';
import { parser } from '@lezer/python';
import { describe, expect, it } from 'vitest';
import { generateModel } from '../../../../src/core/codegen/model/generateModel';
import { generateTrainingScript } from '../../../../src/core/codegen/model/generateTrainingScript';
import { withSe } from '../../../../src/core/model/modelSpec';
import { presetByKey } from '../../../../src/core/model/presets';
import { askPython, PYTHON_NOTE, PYTHON_THERE } from './runPython';
import { MODEL_CASES, NASTY_CASES, specNamed } from './modelCases';

const FRAMEWORKS = ['pytorch', 'keras', 'flax'] as const;
/** No longer than this, as in the projects that generated code will be pasted into. */
const LONGEST_LINE = 120;

function parses(text: string): boolean {
  let whole = true;
  parser.parse(text).iterate({
    enter: ({ type }) => {
      if (type.isError) whole = false;
    },
  });
  return whole;
}

describe('generated Python', () => {
  const files = [...MODEL_CASES, ...NASTY_CASES].flatMap((spec) => [
    ...FRAMEWORKS.map((framework) => generateModel(spec, framework)),
    generateTrainingScript(spec),
  ]);

  it.each(files)('$fileName parses', ({ text, fileName }) => {
    expect(parses(text)).toBe(true);
    expect(fileName).toMatch(/^([a-z][a-z0-9_]*_(pytorch|keras|flax)|train_[a-z][a-z0-9_]*)\.py$/);
    expect(text.split('\n').filter((line) => line.length > LONGEST_LINE || /\s$/.test(line))).toEqual([]);
    expect(text).toMatch(/[^\n]\n$/);
  });

  it('a training script holds its definition as it is', () => {
    for (const spec of [...MODEL_CASES, ...NASTY_CASES]) {
      // A raw string ends with the first three quotes, and nothing in it is anything else than it looks.
      const [, json] =
        /DEFINITION = json\.loads\(r'''\n(.*?)'''\)/s.exec(generateTrainingScript(spec).text) ?? [];
      expect(JSON.parse(json ?? '')).toEqual(withSe(spec));
    }
  });

  it('the check of the grammar can fail', () => {
    expect(parses(files[0]!.text.replace('def forward', 'def for ward'))).toBe(false);
  });

  it.skipIf(!PYTHON_THERE)(`compiles${PYTHON_NOTE}`, () => {
    const texts = [...files.map(({ text }) => text), 'def broken(:'];
    const docstrings = askPython('compileSources.py', texts) as (string | null)[];
    expect(docstrings.at(-1)).toBeNull();
    docstrings.slice(0, -1).forEach((docstring, index) => {
      // The head of the file is one docstring, whatever the definition is called.
      const words = docstring?.split(/\s+/).join(' ').trim();
      expect(words, files[index]!.fileName).toMatch(/: a residual network\b.* multiply-adds an image\./);
    });
  });
});

describe('goldens', () => {
  const cases = [
    { golden: 'basic', spec: presetByKey('quick')!.spec },
    {
      golden: 'bottleneck',
      spec: specNamed('SE-ResNet-50, pre', {
        backbone: { depth: 50 },
        input: { height: 224, width: 224 },
        classes: 1000,
        se: { reduction: 16, place: 'pre', bias: false, gate: 'hard-sigmoid', squeeze: 'max' },
      }),
    },
  ];
  it.each(cases.flatMap((one) => (['keras', 'flax'] as const).map((framework) => ({ ...one, framework }))))(
    '$golden in $framework',
    ({ golden, spec, framework }) => {
      const file = new URL(`golden/${golden}_${framework}.py`, import.meta.url);
      expect(generateModel(spec, framework).text).toBe(readFileSync(file, 'utf8'));
    },
  );
});
