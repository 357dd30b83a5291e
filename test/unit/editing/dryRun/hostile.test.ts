/** Code that wants to run forever or fill the memory ends in bounded steps, with a reason. */
import { describe, expect, it } from 'vitest';
import { evaluateIn, readNetworks } from '../../../../src/core/editing/dryRun/readNetworks';
import type { NetworkReport } from '../../../../src/core/editing/dryRun/readNetworks';
import { SourceFile } from '../../../../src/core/editing/syntax/sourceFile';

const PREFIX = `
import torch
from torch import nn
class Block(nn.Module):
    def __init__(self, c=8):
        super().__init__()
        self.c = c
class Net(nn.Module):
    def __init__(self, block=None):
        super().__init__()
        self.block = block if block is not None else Block()
`;

function run(source: string): readonly NetworkReport[] {
  const file = new SourceFile(PREFIX + source, 'python');
  return readNetworks(file);
}

/** What a failing test may print: the report itself holds the whole run. */
function outline(report: NetworkReport | undefined): unknown {
  return (
    report && {
      entry: report.entry,
      complete: report.complete,
      blocks: report.blocks.length,
      why: report.why,
    }
  );
}

/** How a run ends that hits a limit. */
const GIVEN_UP = {
  entry: 'make',
  complete: false,
  blocks: 0,
  why: expect.stringMatching(/dry run|too deep/),
};

/** Statements of a function that makes a network after them. */
const BODIES: readonly (readonly [string, string])[] = [
  ['an endless loop', 'while True: pass'],
  ['an endless loop that counts', 'i = 0\n    while i >= 0: i += 1'],
  ['a huge range', 'for i in range(10 ** 15): pass'],
  ['a huge list', 'x = [0] * 10 ** 12'],
  ['a huge list of a range', 'x = list(range(10 ** 12))'],
  ['a huge sum of a range', 'x = sum(range(10 ** 12))'],
  ['a huge comprehension', 'x = [i for i in range(10 ** 12)]'],
  ['a list that doubles', 'x = [1]\n    for i in range(100): x = x + x'],
  ['a list that extends itself', 'x = [1]\n    while True: x.extend(x)'],
  ['a list that grows while it is read', 'x = [1]\n    for i in x: x.append(i)'],
  ['a text that doubles', "x = 'a'\n    for i in range(100): x += x"],
  ['a huge text', "x = 'ab' * 10 ** 12"],
  ['a wide format', "x = '{:>1000000000}'.format(1)\n    while True: pass"],
  ['texts joined', "x = ','.join(['a' * 10000] * 10000)"],
  ['texts replaced', "x = 'a' * 9999\n    for i in range(9): x = x.replace('a', 'aaaaaaaaaa')"],
  [
    'a cartesian product',
    'import itertools\n    x = list(itertools.product(range(100), range(100), range(100)))',
  ],
  ['nested lists', 'x = []\n    for i in range(10 ** 9): x = [x]'],
  ['a list of modules that grows', 'x = nn.ModuleList()\n    while True: x.append(Block())'],
  [
    'all modules again and again',
    'x = nn.ModuleList([Block() for _ in range(500)])\n    while True: list(x.modules())',
  ],
  ['a large dictionary', 'x = {i: i for i in range(9999)}\n    while x: x.get(1)'],
  ['large lists compared', 'x, y = [0] * 1500, [0] * 1500\n    while x == y: pass'],
  ['a large text in capitals', "x = 'a' * 19999\n    while True: x.upper()"],
  [
    'values shared without end',
    "x = []\n    for i in range(60): x = [x, x]\n    y = []\n    for i in range(60): y = [y, y]\n    while x == y or f'{x}' or torch.f(x, y): pass\n    while True: pass",
  ],
  [
    'tuples shared without end',
    'x = ()\n    for i in range(60): x = (x, x)\n    y = {x: 1}\n    while True: x in y',
  ],
  [
    'wide values in wide values',
    'x = [0] * 2000\n    for i in range(9): x = [x] * 2000\n    while True: torch.f(x)',
  ],
  [
    'branches that share without end',
    'x = y = ()\n    for i in range(60):\n        x, y = (x, x, 1), (y, y, 2)\n    z = x if torch.f() else y\n    while True: pass',
  ],
  ['a chain of modules', 'x = None\n    for i in range(10 ** 9): x = Net(x)'],
  ['tuples in tuples', 'x = ()\n    for i in range(10 ** 9): x = (x, x)\n    y = {x: 1}'],
];

describe('hostile functions', () => {
  it.each(BODIES)('%s', (_, body) => {
    const report = run(`def make():\n    ${body}\n    return Net()\n`).find(({ entry }) => entry === 'make');
    expect(outline(report)).toEqual(GIVEN_UP);
  });

  it.each([
    ['recursion', 'def deep(n): return deep(n + 1)\ndef make(): return Net(deep(0))'],
    ['mutual recursion', 'def a(): return b()\ndef b(): return a()\ndef make():\n    a()\n    return Net()'],
    [
      'exponential recursion',
      'def f(n): return f(n + 1) + f(n + 1)\ndef make():\n    f(0)\n    return Net()',
    ],
    [
      'a class that makes itself',
      'class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = A()\ndef make(): return A()',
    ],
    [
      'a property that reads itself',
      'class A:\n    @property\n    def p(self): return self.p\ndef make():\n    A().p\n    return Net()',
    ],
    [
      'a length that asks itself',
      'class A:\n    def __len__(self): return len(self)\ndef make():\n    return Net() if A() else Net()',
    ],
    [
      'an iterator of itself',
      'class A:\n    def __iter__(self): return self\ndef make():\n    list(A())\n    return Net()',
    ],
    [
      'a partial of a partial',
      'from functools import partial\ndef make():\n    f = Net\n    while True: f = partial(f)\n    return f()',
    ],
  ])('%s', (_, source) => {
    const report = run(source).find(({ entry }) => entry === 'make');
    expect(outline(report)).toEqual(GIVEN_UP);
  });

  it('numbers beyond what is exact are unknown', () => {
    const [report] = run('def make():\n    return Net(Block(2 ** 10 ** 9 + 2 ** 70 * 3))\n');
    const block = report?.blocks.find(({ className }) => className === 'Block');
    expect(report?.complete).toBe(true);
    expect(block && evaluateIn(block, 'c')).toBeNull();
    expect(block && evaluateIn(block, '2 ** 10 ** 9')).toBeNull();
    expect(block && evaluateIn(block, 'c if c > 0 else 1')).toBeNull();
    expect(block && evaluateIn(block, '[0] * 10 ** 9')).toBeNull();
    expect(block && evaluateIn(block, '(lambda f: f(f))(lambda f: f(f))')).toBeNull();
  });

  it('containers that hold themselves', () => {
    const reports = run(
      'def make():\n    x = []\n    x.append(x)\n    d = {"a": x}\n    d["d"] = d\n    net = Net()\n    net.self = net\n    net.x = x\n    print(f"{x} {d}", x == x, [x] == [[x]])\n    import copy\n    copy.deepcopy(net)\n    return net\n',
    );
    expect(outline(reports[0])).toEqual({ entry: 'make', complete: true, blocks: 2, why: undefined });
  });

  it('many branches that nobody can decide', () => {
    const branches = Array.from(
      { length: 60 },
      (_, i) => `    if torch.f(${i}): x = ${i}\n    else: x = x + 1\n`,
    ).join('');
    expect(run(`def make():\n    x = 0\n${branches}    return Net(Block(x))\n`)[0]?.complete).toBe(true);
    const returns = Array.from({ length: 60 }, (_, i) => `    if torch.f(${i}): return Net()\n`).join('');
    expect(run(`def make():\n${returns}    return Net()\n`)).toHaveLength(1);
    const nested = Array.from({ length: 60 }, (_, i) => `${'    '.repeat(i + 1)}if torch.f(${i}):\n`).join(
      '',
    );
    expect(run(`def make():\n${nested}${'    '.repeat(61)}pass\n    return Net()\n`)[0]?.complete).toBe(true);
  });
});

describe('hostile files', () => {
  it('many functions that never end', () => {
    const functions = Array.from(
      { length: 400 },
      (_, i) => `def f${i}():\n    while True: pass\n    return Net()\n`,
    );
    const reports = run(functions.join(''));
    expect(reports.length).toBeGreaterThanOrEqual(400);
    expect(reports.every(({ complete }) => !complete)).toBe(true);
  });

  it('endless statements at the top', () => {
    const reports = run('x = 1\nwhile True: x += 1\ny = [0] * x ** 99\ndef make(): return Net(Block(y))\n');
    expect(reports.find(({ entry }) => entry === 'make')).toBeDefined();
  });

  it.each([
    ['parentheses', `x = ${'('.repeat(5_000)}1${')'.repeat(5_000)}\n`],
    ['lists', `x = ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`],
    ['a long sum', `x = ${'1 + '.repeat(20_000)}1\n`],
    ['a long conjunction', `x = ${'a and '.repeat(20_000)}1\n`],
    ['a long chain of calls', `x = torch${'.f()'.repeat(20_000)}\n`],
    ['a long chain of comparisons', `x = ${'1 < '.repeat(20_000)}1\n`],
    ['many `not`s', `x = ${'not '.repeat(5_000)}1\n`],
    ['many `else if`s', `x = ${'1 if y else '.repeat(5_000)}1\n`],
    [
      'many elifs',
      `y = 3\nif y == 0: pass\n${Array.from({ length: 20_000 }, (_, i) => `elif y == ${i + 9}: pass\n`).join('')}`,
    ],
    ['lambdas in lambdas', `x = ${'lambda: '.repeat(3_000)}1\n`],
    ['format strings', `x = f"${'{x:'.repeat(500)}"\n`],
    ['blocks', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}if 1:\n`).join('')],
  ])('nested code: %s', (_, source) => {
    expect(run(`${source}def make(): return Net(Block(4))\n`).some(({ complete }) => complete)).toBe(true);
  });
});

describe('hostile JavaScript', () => {
  it.each([
    ['an endless loop', 'for (;;) {}'],
    ['an endless do', 'let i = 0; do { i++; } while (i > 0);'],
    ['recursion', 'const f = (n) => f(n + 1); f(0);'],
    ['a huge array', 'new Array(1e15).fill(0).map((x) => x);'],
    ['a huge array from a length', 'Array.from({ length: 1e15 }, (_, i) => i);'],
    ['a far index', 'const a = []; a[1e14] = 1;'],
    ['an array that doubles', 'let a = [1]; for (;;) a = a.concat(a);'],
    ['an array that grows while it is read', 'const a = [1]; for (const x of a) a.push(x);'],
    ['a text that doubles', "let a = 'a'; for (;;) a += a;"],
    ['a huge text', "'ab'.repeat(1e15);"],
    ['a padded text', "'ab'.padStart(1e15);"],
    ['nested arrays', 'let a = []; for (;;) a = [a]; a.flat(Infinity);'],
    ['an array in itself', 'const a = []; a.push(a); a.flat(Infinity); for (;;) a.push(`${a}`);'],
    ['a getter of itself', 'class A { get x() { return this.x; } } new A().x;'],
    ['a constructor of itself', 'class A { constructor() { this.a = new A(); } } new A();'],
    ['a default of itself', 'function f(x = f()) { return x; } f();'],
  ])('%s', (_, code) => {
    const source = `import * as tf from '@tensorflow/tfjs';
function unit(x, filters) { return tf.layers.dense({ units: filters }).apply(x); }
export function make() { ${code} const x = tf.input({ shape: [1] }); return tf.model({ inputs: x, outputs: unit(x, 8) }); }`;
    const [report] = readNetworks(new SourceFile(source, 'typescript'));
    expect(outline(report)).toEqual(GIVEN_UP);
  });

  it('nested patterns, objects and calls', () => {
    for (const [open, close] of [
      ['let [', '] = x'],
      ['let {a: ', '} = x'],
      ['x = {a: ', '}'],
      ['f(', ')'],
      ['(() => ', ')'],
      ['`${', '}`'],
      ['x ? 1 : ', ''],
      ['{ ', ' }'],
      ['if (x) ', ''],
      ['[', ']'],
    ] as const) {
      const [first, rest] = open.startsWith('let ') ? ['let ', open.slice(4)] : ['', open];
      const code = `${first}${rest.repeat(3_000)}a${close.replace(' = x', '').repeat(3_000)}${close.endsWith(' = x') ? ' = x' : ''};`;
      expect(() => readNetworks(new SourceFile(code, 'typescript'))).not.toThrow();
    }
  });
});
