import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_TEXT_LENGTH } from '../../../src/core/model/definitionTree';
import { modelSpecSchema, withSe } from '../../../src/core/model/modelSpec';
import { parseDefinition } from '../../../src/core/model/parseDefinition';
import type { Problem } from '../../../src/core/model/problem';

const minimal = { version: 1, name: 'Net', backbone: { depth: 20 } };
const textOf = (value: object) => JSON.stringify(value, null, 2);
const parse = (rest: object = {}) => parseDefinition(textOf({ ...minimal, ...rest }));

/** The text a problem points at. */
const pointedAt = (text: string, { offset, length }: Problem) => text.slice(offset, offset + length);

/** The one problem of a definition, with the text it points at. */
function onlyProblem(rest: object) {
  const text = textOf({ ...minimal, ...rest });
  const { problems, spec } = parseDefinition(text);
  expect(problems).toHaveLength(1);
  const [problem] = problems;
  return { ...problem!, at: pointedAt(text, problem!), hasSpec: spec !== undefined };
}

describe('parseDefinition: what is right', () => {
  it('fills in the defaults and finds nothing to say', () => {
    const { spec, problems } = parse();
    expect(problems).toEqual([]);
    expect(spec).toEqual(v.parse(modelSpecSchema, minimal));
    expect(spec).toMatchObject({ classes: 10, se: { reduction: 4 }, training: { epochs: 5 } });
  });

  it.each([
    [{ backbone: { depth: 20 } }, { width: 16, stem: 'cifar' }, [1, 2, 3]],
    [
      { backbone: { depth: 164 }, input: { height: 224, width: 224 } },
      { width: 16, stem: 'cifar' },
      [1, 2, 3],
    ],
    [{ backbone: { depth: 20, stem: 'imagenet', width: 8 } }, { width: 8, stem: 'imagenet' }, [1, 2, 3]],
    [{ backbone: { depth: 18 } }, { width: 64, stem: 'cifar' }, [1, 2, 3, 4]],
    [
      { backbone: { depth: 152 }, input: { height: 63, width: 64 } },
      { width: 64, stem: 'cifar' },
      [1, 2, 3, 4],
    ],
    [
      { backbone: { depth: 50 }, input: { height: 64, width: 64 } },
      { width: 64, stem: 'imagenet' },
      [1, 2, 3, 4],
    ],
    [
      { backbone: { depth: 34, stem: 'cifar' }, input: { height: 320, width: 320 }, se: { stages: [4] } },
      { width: 64, stem: 'cifar' },
      [4],
    ],
  ])('fills in what hangs on depth and image size: %o', (rest, backbone, stages) => {
    const { spec } = parse(rest);
    expect(spec?.backbone).toEqual({ family: 'resnet', stride: '3x3', ...rest.backbone, ...backbone });
    expect(spec?.se).toMatchObject({ stages });
    // A stored spec is read again as it is.
    expect(v.parse(modelSpecSchema, spec)).toEqual(spec);
  });

  it('gives a definition without SE the stages of its own network', () => {
    const twin = withSe(parse({ backbone: { depth: 50 }, se: 'none' }).spec!);
    expect(twin.se).toMatchObject({ stages: [1, 2, 3, 4], reduction: 4 });
  });

  it('reads a text with a byte order mark', () => {
    expect(parseDefinition(`\uFEFF${textOf(minimal)}`).spec?.name).toBe('Net');
  });
});

describe('parseDefinition: syntax', () => {
  it.each([
    ['a comment', '{ // no\n "version": 1, "name": "n", "backbone": { "depth": 8 } }'],
    ['a trailing comma', '{ "version": 1, "name": "n", "backbone": { "depth": 8 }, }'],
    ['an unclosed object', '{ "version": 1, "name": "n", "backbone": { "depth": 8 }'],
    ['two values', '{ "version": 1, "name": "n", "backbone": { "depth": 8 } } 1'],
    ['a single quote', "{ 'version': 1 }"],
  ])('refuses %s as JSON does, and leaves the report to the JSON support', (_, text) => {
    const { spec, problems } = parseDefinition(text);
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(spec).toBeUndefined();
    expect(problems.some((problem) => problem.severity === 'error' && problem.structural)).toBe(true);
  });

  it.each(['', ' \n\t'])('says what a definition is when the file is empty', (text) => {
    const [problem] = parseDefinition(text).problems;
    expect(problem).toMatchObject({ severity: 'error', structural: false, offset: 0 });
    expect(problem!.message).toMatch(/empty/);
  });

  it('refuses a text that is too long before parsing it', () => {
    const text = textOf({ ...minimal, name: 'x'.repeat(MAX_TEXT_LENGTH) });
    expect(parseDefinition(text)).toMatchObject({
      problems: [{ message: expect.stringContaining('256 kB') }],
    });
  });

  it('refuses nesting that would overflow a recursive parser', () => {
    for (const text of [
      '['.repeat(100_000),
      '{"a":'.repeat(40_000),
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    ]) {
      expect(parseDefinition(text).problems.map((problem) => problem.message)).toEqual([
        expect.stringContaining('nested too deeply'),
      ]);
    }
    const brackets = '[{'.repeat(MAX_DEPTH);
    expect(parse({ name: brackets }).spec?.name).toBe(brackets);
  });
});

describe('parseDefinition: structure', () => {
  it.each([
    [{ classes: 'ten' }, 'classes', '"ten"', /"classes" must be a number/],
    [{ backbone: { depth: 21 } }, 'backbone.depth', '21', /"backbone.depth" must be 8 or 14 or 20/],
    [{ training: { epochs: 0 } }, 'training.epochs', '0', /"training.epochs" must be 1 or more/],
    [{ training: { epochs: 2000 } }, 'training.epochs', '2000', /1000 or less/],
    [{ input: { width: 321 } }, 'input.width', '321', /320 or less/],
    [{ backbone: { depth: 8, stem: 'big' } }, 'backbone.stem', '"big"', /"cifar" or "imagenet"/],
    [{ se: { stages: [8] } }, 'se.stages.0', '8', /7 or less/],
    [
      { backbone: { family: 'alexnet' } },
      'backbone.family',
      '"alexnet"',
      /"resnet" or "preact-resnet" or .*"shufflenet"/,
    ],
    [{ backbone: { family: 'vgg', depth: 12 } }, 'backbone.depth', '12', /11 or 13 or 16 or 19/],
    [{ training: { epochs: 1.5 } }, 'training.epochs', '1.5', /whole number/],
    [{ training: { augment: 1 } }, 'training.augment', '1', /true or false/],
    [{ training: { seeds: [1, -2] } }, 'training.seeds.1', '-2', /0 or more/],
    [{ training: { seeds: [] } }, 'training.seeds', '"seeds"', /a list of 1 or more/],
    [{ training: { seeds: 3 } }, 'training.seeds', '3', /a list in square brackets/],
    [{ training: null }, 'training', 'null', /object in curly braces/],
    [{ se: { reduction: 'x' } }, 'se.reduction', '"x"', /"se.reduction" must be a number/],
    [{ se: { gate: 'softmax' } }, 'se.gate', '"softmax"', /"sigmoid" or "hard-sigmoid"/],
    [{ se: { ratio: 4 } }, 'se.ratio', '"ratio"', /Unknown setting "ratio"/],
    [{ se: 'all' }, 'se', '"all"', /"none" or an object of SE settings/],
    [{ se: 4 }, 'se', '4', /"none" or an object of SE settings/],
    [{ extra: { deep: 1 } }, 'extra', '"extra"', /Unknown setting "extra"/],
    [{ name: 5 }, 'name', '5', /text in quotes/],
    [{ name: '' }, 'name', '""', /not blank/],
    [{ version: 2 }, 'version', '2', /"version" must be 1/],
  ])('%o is an error at its place', (rest, path, at, message) => {
    const problem = onlyProblem(rest);
    expect(problem).toMatchObject({ severity: 'error', structural: true, path, at, hasSpec: false });
    expect(problem.message).toMatch(message);
  });

  it('names what is missing, at the object that lacks it', () => {
    const text = '\n { "version": 1, "backbone": {} }';
    const { problems } = parseDefinition(text);
    expect(problems.map(({ message, path, offset }) => [message, path, offset])).toEqual([
      ['The setting "name" is missing.', 'name', 2],
      ['The setting "depth" is missing.', 'backbone.depth', text.indexOf('"backbone"')],
    ]);
  });

  it('reports a blank name itself, because the JSON schema accepts it', () => {
    expect(onlyProblem({ name: '   ' })).toMatchObject({ path: 'name', structural: false, at: '"   "' });
  });

  it.each(['[]', 'null', '3', '"none"'])('wants an object, not %s', (text) => {
    const { spec, problems } = parseDefinition(text);
    expect(spec).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  });

  it('warns of a setting given twice and takes the last', () => {
    const text = '{ "version": 1, "name": "a", "name": "b", "backbone": { "depth": 8 } }';
    const { spec, problems } = parseDefinition(text);
    expect(spec?.name).toBe('b');
    expect(problems).toMatchObject([
      { severity: 'warning', path: 'name', offset: text.lastIndexOf('"name"') },
    ]);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses "%s" and leaves prototypes alone', (key) => {
    for (const text of [
      `{ "version": 1, "name": "n", "backbone": { "depth": 8 }, "${key}": { "polluted": true } }`,
      `{ "version": 1, "name": "n", "backbone": { "depth": 8 }, "se": { "${key}": { "gate": "relu" } } }`,
    ]) {
      const { spec, problems } = parseDefinition(text);
      expect(spec).toBeUndefined();
      expect(problems).toMatchObject([{ severity: 'error', structural: false }]);
      expect(pointedAt(text, problems[0]!)).toBe(`"${key}"`);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(({} as { gate?: string }).gate).toBeUndefined();
  });
});

describe('parseDefinition: sense', () => {
  it('warns when the reduction leaves one hidden unit, with stage, count and the paper', () => {
    const problem = onlyProblem({ se: { reduction: 16 } });
    expect(problem).toMatchObject({
      severity: 'warning',
      structural: false,
      path: 'se.reduction',
      at: '16',
      hasSpec: true,
    });
    expect(problem.message).toMatch(/16 leaves ONE hidden unit in the 16 channels of stage 1.*paper.*r = 4/);
  });

  it('finds no fault with r = 16 where there are channels enough', () => {
    expect(parse({ backbone: { depth: 164 }, se: { reduction: 16 } }).problems).toEqual([]);
    expect(parse({ se: { reduction: 16, stages: [3] } }).problems).toEqual([]);
    expect(parse({ backbone: { depth: 20, width: 64 }, se: { reduction: 16 } }).problems).toEqual([]);
  });

  it('points at the nearest setting when the one at fault is a default', () => {
    expect(onlyProblem({ backbone: { depth: 8, width: 4 }, se: {} })).toMatchObject({
      path: 'se.reduction',
      at: '"se"',
    });
    expect(onlyProblem({ backbone: { depth: 8, width: 4 } })).toMatchObject({
      path: 'se.reduction',
      at: '{',
    });
  });

  it.each([
    [{ se: { hidden: 1 } }, 'warning', 'se.hidden', /ONE hidden unit/],
    [{ se: { hidden: 40 } }, 'warning', 'se.hidden', /40 hidden units are more than the 16 channels/],
    [{ se: { divisor: 32 } }, 'warning', 'se.divisor', /32 hidden units are more than the 16 channels/],
    [{ se: { hidden: 4, reduction: 8 } }, 'warning', 'se.reduction', /no effect beside "hidden"/],
    [{ se: { hidden: 4, divisor: 8 } }, 'warning', 'se.divisor', /no effect beside "hidden"/],
    [{ se: { gate: 'relu' } }, 'warning', 'se.gate', /Table 12.*23\.47/],
    [{ se: { gate: 'tanh' } }, 'information', 'se.gate', /Table 12.*23\.00/],
    [{ se: { place: 'post' } }, 'warning', 'se.place', /Table 14.*22\.78/],
    [{ se: { stages: [1, 2, 1] } }, 'warning', 'se.stages', /twice/],
    [
      { backbone: { family: 'vgg', depth: 16 }, se: { place: 'pre' } },
      'error',
      'se.place',
      /VGG-16 .* one place/,
    ],
    [{ se: { stages: [1, 4] } }, 'error', 'se.stages.1', /ResNet-20 has 3 stages.*stage 4; ResNet-18, 34/],
    [
      { backbone: { depth: 152 }, se: 'none' },
      'warning',
      'training.batch',
      /A step of 64 images takes about \d\.\d GB.*4 GB; 4\d images fit/,
    ],
    [{ backbone: { depth: 152, width: 128 } }, 'information', 'backbone.width', /too large: its weights/],
    [{ classes: 100 }, 'information', 'classes', /10 classes, not 100\. .*cannot be trained here/],
    [{ input: { height: 64 } }, 'information', 'input.height', /would have to be 32/],
    [{ input: { width: 28 } }, 'information', 'input.width', /would have to be 32/],
    [{ input: { channels: 1 } }, 'information', 'input.channels', /would have to be 3\./],
    [
      { training: { dataset: 'full', epochs: 10, schedule: 'step', stepEpochs: 10 } },
      'warning',
      'training.stepEpochs',
      /never falls/,
    ],
    [{ training: { schedule: 'step' } }, 'warning', 'training.stepEpochs', /never falls/],
    [{ training: { warmupEpochs: 6 } }, 'warning', 'training.warmupEpochs', /fills all 5 epochs/],
    [{ training: { seeds: [1, 2, 1] } }, 'error', 'training.seeds.2', /Seed 1 is given twice/],
    [{ training: { subset: 5001 } }, 'error', 'training.subset', /5000 training images/],
    [{ training: { dataset: 'synthetic', subset: 50000 } }, 'error', 'training.subset', /synthetic/],
    [{ training: { subset: 50, batch: 64 } }, 'error', 'training.batch', /the 50 there are/],
    [
      { training: { subset: 128, validationSplit: 0.5, batch: 65 } },
      'error',
      'training.batch',
      /the 64 there are/,
    ],
    [
      { training: { subset: 100, batch: 32, validationSplit: 0.05 } },
      'warning',
      'training.validationSplit',
      /fewer images than there are classes/,
    ],
    [
      { training: { learningRate: 0.2, warmupEpochs: 0 } },
      'warning',
      'training.learningRate',
      /without warm-up/,
    ],
    [
      { backbone: { depth: 110 }, training: { warmupEpochs: 0 } },
      'warning',
      'training.learningRate',
      /He et al/,
    ],
    [{ training: { optimizer: 'adam' } }, 'warning', 'training.learningRate', /high for Adam/],
  ] as const)('%o gives one %s at %s', (rest, severity, path, message) => {
    const problem = onlyProblem(rest);
    expect(problem).toMatchObject({ severity, path, structural: false, hasSpec: severity !== 'error' });
    expect(problem.message).toMatch(message);
  });

  it.each([
    { training: { subset: 5000 } },
    { training: { dataset: 'full', subset: 50000 } },
    { training: { subset: 64, batch: 64 } },
    { training: { warmupEpochs: 0 } },
    { training: { learningRate: 0.5, warmupEpochs: 1 } },
    { training: { optimizer: 'adam', learningRate: 0.001 } },
    { training: { schedule: 'step', epochs: 200, stepEpochs: 80 } },
    { training: { seeds: [1, 2, 3] } },
    { se: { hidden: 8 } },
    { backbone: { depth: 18 }, se: { stages: [1, 2, 3, 4] } },
    { backbone: { depth: 50, stem: 'imagenet' } },
    { backbone: { depth: 152 }, training: { batch: 32 } },
    { se: 'none' },
    { se: { place: 'pre', squeeze: 'max', gate: 'hard-sigmoid', divisor: 4 } },
  ])('has nothing to say about %o', (rest) => {
    expect(parse(rest).problems).toEqual([]);
  });

  it('puts problems in text order', () => {
    const offsets = parse({
      classes: 5,
      se: { gate: 'relu', place: 'post' },
      training: { seeds: [1, 1] },
    }).problems.map((problem) => problem.offset);
    expect(offsets).toHaveLength(4);
    expect(offsets).toEqual([...offsets].sort((x, y) => x - y));
  });
});

describe('parseDefinition: far too many problems', () => {
  it('keeps the first hundred and an error among them', () => {
    const flood = `{ ${'"a": 1, '.repeat(2000)} "version": 1, "name": "n", "backbone": { "depth": 9 } }`;
    const { spec, problems } = parseDefinition(flood);
    expect(spec).toBeUndefined();
    expect(problems).toHaveLength(100);
    expect(problems.at(-1)).toMatchObject({ severity: 'error', path: 'backbone.depth' });
    const seeds = textOf({ ...minimal, training: { seeds: Array.from({ length: 5000 }, () => -1) } });
    expect(parseDefinition(seeds).problems).toHaveLength(100);
  });
});

describe('parseDefinition: any text', () => {
  const expectSound = (text: string) => {
    const { spec, problems } = parseDefinition(text);
    expect(spec === undefined).toBe(problems.some((problem) => problem.severity === 'error'));
    const unsound = problems.filter(
      ({ offset, length, message }) => offset < 0 || length <= 0 || !/\S.*\.$/s.test(message),
    );
    expect(unsound).toEqual([]);
    if (spec) expect(v.is(modelSpecSchema, spec)).toBe(true);
  };

  it('never throws on arbitrary text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), expectSound), { numRuns: 500 });
  });

  it('never throws on arbitrary JSON', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 5 }), expectSound), { numRuns: 500 });
  });

  it('never throws on a definition with parts replaced, and takes only JSON that JSON.parse takes', () => {
    const keys = [
      'version',
      'name',
      'input',
      'classes',
      'backbone',
      'se',
      'training',
      '__proto__',
      'toString',
    ];
    const mutated = fc
      .dictionary(
        fc.constantFrom(...keys),
        fc.oneof(fc.jsonValue(), fc.constant(1), fc.constant({ depth: 8 })),
      )
      .map((parts) => textOf({ ...minimal, ...parts }));
    fc.assert(fc.property(mutated, expectSound), { numRuns: 500 });
  });

  it('never throws on a definition cut or garbled anywhere', () => {
    const whole = textOf({ ...minimal, se: { stages: [1, 2] }, training: { seeds: [1, 2] } });
    const garbled = fc
      .tuple(fc.nat(whole.length), fc.nat(20), fc.string({ maxLength: 5 }))
      .map(([from, count, text]) => whole.slice(0, from) + text + whole.slice(from + count));
    fc.assert(
      fc.property(garbled, (text) => {
        expectSound(text);
        if (parseDefinition(text).spec) expect(() => JSON.parse(text) as unknown).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
