/** Expressions that Python itself evaluates too: the dry run must answer the same, or that it does not know. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateIn, readNetworks } from '../../../../src/core/editing/dryRun/readNetworks';
import { SourceFile } from '../../../../src/core/editing/syntax/sourceFile';
import { PYTHON } from '../../../support/pytorch/torchPython';

const SETUP = `
import math, functools, itertools, copy
from collections import OrderedDict, namedtuple, defaultdict
from dataclasses import dataclass, field
from enum import Enum

a, b, c = 7, -3, 2.5
words = ['conv', 'bn', 'relu']
table = {'x': 1, 'y': [2, 3], 4: 'four', (1, 2): 5}
Pair = namedtuple('Pair', 'left right', defaults=[9])
pair = Pair(4)

class Kind(Enum):
    SMALL = 1
    LARGE = 2

@dataclass
class Config:
    depth: int
    widths: list = field(default_factory=lambda: [1, 2])
    scale: float = 0.5

    @property
    def total(self):
        return self.depth * sum(self.widths)

    @staticmethod
    def twice(x):
        return 2 * x

    @classmethod
    def deep(cls):
        return cls(10)

class Base:
    factor = 2
    def __init__(self, x): self.x = x
    def scaled(self): return self.x * self.factor
    def __len__(self): return self.x
    def __getitem__(self, i): return self.x + i
    def __call__(self, y): return self.x + y

class Left(Base):
    def scaled(self): return super().scaled() + 1

class Right(Base):
    factor = 5
    def scaled(self): return super().scaled() + 10

class Both(Left, Right):
    def __init__(self, x, *args, extra=0, **more):
        super(Both, self).__init__(x)
        self.rest = len(args) + extra + sum(more.values())

config = Config(3)

def counted(n, *, start=0):
    for i in range(n):
        yield start + i
    yield from [100, 200]

def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    else:
        steps += 1000
    return steps

def guarded(x):
    try:
        return [1, 2][x]
    except (IndexError, KeyError) as error:
        return -1
    finally:
        words.append('seen')

def closure():
    total = 0
    def add(n):
        nonlocal total
        total += n
        return total
    add(3)
    return add(4)

def scoped(x, /, y=2, *rest, z=3, **named):
    return x + y * 10 + sum(rest) * 100 + z * 1000 + len(named) * 10000
`;

/** The same file, with a function whose call is the place where expressions are evaluated. */
const FILE = `${SETUP}
from keras import Model, layers
def unit(x): return layers.Dense(1)(x)
def make(): return Model(1, unit(layers.Input()))
`;

const [report] = readNetworks(new SourceFile(FILE, 'python'));
const block = report?.blocks.find(({ className }) => className === 'unit');

function dryRun(expression: string): number | null {
  if (!block) throw new Error('the file makes no network');
  return evaluateIn(block, expression);
}

/** Python's answers as numbers; null where it raises or the value is no finite number; a text where it does not parse. */
function python(expressions: readonly string[]): (number | null | string)[] {
  const code = `
import json, sys
${SETUP}
def answer(source):
    try:
        value = eval(source)
        return value * 1 if isinstance(value, (bool, int, float)) and value - value == 0 else None
    except SyntaxError:
        return 'no expression'
    except Exception:
        return None
print(json.dumps([answer(source) for source in json.loads(sys.stdin.read())]))`;
  const result = spawnSync(PYTHON, ['-W', 'ignore', '-c', code], {
    input: JSON.stringify(expressions),
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(result.stderr, { cause: result.error });
  return JSON.parse(result.stdout) as (number | null | string)[];
}

const hasPython = spawnSync(PYTHON, ['-c', 'pass']).status === 0;
const note = hasPython ? '' : ` (skipped: no ${PYTHON})`;

/** What a dry run must know. */
const KNOWN = `
a + b * 2 - 1
a // b
a % b
-a // 2
-a % 3
a / 2
int(a / 2)
int(-2.7)
round(2.5) + round(3.5) + round(-2.5)
round(2.675, 2)
2 ** 10
2 ** -1
-2 ** 2
a ** 0.5
7.5 // 2
-7.5 % 2
a & 6 | 8 ^ 3
1 << 5 >> 2
~a
not a and b or 5
(not a == 7) + 1
1 if not a > 3 else 2
1 < 2 < 3 != 4
(1 < 2 > 5) + 0
a if b > 0 else c if b < -5 else 42
max(3, 1, 2) + min([4, 5, 6])
max(words, key=len) == 'conv'
max([], default=3)
sum([1, 2, 3], 10) + sum(x * x for x in range(4))
len(words) + len('abc') + len(table) + len(range(3, 30, 4))
abs(-3) + abs(-2.5)
divmod(17, 5)[1]
pow(3, 4)
int('12') + int('0x1f', 16) + float('1e2')
int(True) + True + bool([])
isinstance(a, int) + isinstance(c, (int, float)) * 2 + isinstance(True, int) * 4 + isinstance('x', str) * 8
isinstance([], (list, tuple)) + isinstance(None, type(None))
words[-1] == 'relu'
words[1:][0] == 'bn'
[1, 2, 3, 4, 5][::-2][1]
list(range(10))[2:-2:3][-1]
'abcdef'[1:4] == 'bcd'
[*words, 1][3]
[x for x in range(10) if x % 2 if x > 3][0]
[x * y for x in (1, 2) for y in [3, 4]][2]
{k: v for k, v in zip('ab', [1, 2])}['b']
len({x % 3 for x in range(10)})
sum(i * x for i, x in enumerate([5, 6, 7], 1))
sorted([3, 1, 2], reverse=True)[0] * 10 + sorted(words, key=lambda w: w[-1])[0].count('n')
list(reversed([1, 2, 3]))[0]
list(map(lambda x, y: x - y, [5, 6], [1, 2]))[1]
list(filter(None, [0, 3, 0]))[0]
any(x > 2 for x in [1, 2, 3]) + all([])
table['y'][1] + table[(1, 2)] + table.get('z', 7)
len(table[4])
'x' in table and 'z' not in table and 2 in table['y']
list(table.keys()).index('y') + list(table.values()).count(1)
dict(x=1, **{'y': 2})['y'] + dict([('k', 3)])['k']
{**table, 'x': 10}['x']
({'a': 1} | {'b': 2})['b']
OrderedDict([('a', 1), ('b', 2)])['b']
defaultdict(int)['x'] + defaultdict(list)['y'].__len__() if False else 0
len('%s-%03d-%.2f' % ('a', 5, 2.0))
'%d' % 3.9 == '3'
len('{}{:>5}{x!r}{0}'.format(1, 2, x='q')) if False else len('{:>5}{x!r}'.format(2, x='q'))
len(f'{a:04d}|{c:.1f}|{words[0]!r:>8}|{a + 1}')
f'{2.0} {1e20} {1e-7} {100000.0}' == '2.0 1e+20 1e-07 100000.0'
'layer{}'.format(3) == 'layer3' and 'layer%d' % 3 == f'layer{3}'
'a,b,c'.split(',')[1] == 'b'
'-'.join(['x', 'y']) == 'x-y'
'Conv2d'.lower().startswith('conv') + 'x'.isdigit() + '12'.isdigit()
' x '.strip() == 'x' and 'abc'.replace('b', '') == 'ac'
len('ab' * 3) + len([0] * 4) + len((1,) * 2)
[1] + [2, 3] == [1, 2, 3]
(1, 2) < (1, 3) and [1, 2] < [1, 2, 0]
(lambda x, *y, k=2: x + len(y) * k)(1, 2, 3, k=5)
functools.partial(max, 5)(3)
functools.reduce(lambda x, y: x * y, [1, 2, 3, 4])
list(itertools.chain([1], (2, 3)))[2] + len(list(itertools.product('ab', range(3))))
math.floor(2.7) + math.ceil(2.1) + int(math.log2(8)) + math.gcd(12, 18) + math.prod([2, 3])
math.sqrt(16) + math.pi
copy.deepcopy([[1], [2]])[1][0]
pair.left * 10 + pair.right + pair[0] + len(pair)
pair._replace(left=1).left
Kind.LARGE.value + (Kind.SMALL is Kind.SMALL) + (Kind(2) == Kind.LARGE) + len(Kind.SMALL.name)
len([k for k in Kind])
config.depth + config.total + Config.twice(4) + Config.deep().depth + config.widths[1]
config.scale * 4
Both(3, 8, 9, extra=1, k=4).rest
Both(3).scaled()
Both(3).factor + len(Both(4)) + Both(5)[1] + Both(6)(10)
isinstance(Both(1), Base) + issubclass(Both, Left) + isinstance(Both(1), (int, Right))
hasattr(Both(1), 'x') + hasattr(Both(1), 'nothing') + getattr(Both(1), 'y', 5)
Both.__name__ == 'Both' and Both(1).__class__ is Both and type(a) is int
list(counted(3, start=5))[2] + sum(counted(1))
next(iter([7, 8])) + next(iter([]), 1)
collatz(6)
guarded(0) + guarded(5)
closure()
scoped(1) + scoped(1, 2, 3, 4, z=5, w=6)
(lambda f: f(f, 5))(lambda f, n: 1 if n == 0 else n * f(f, n - 1))
(x := 5) + x
None is None and not [] and 0 == 0.0 and 1 == True
[] or 0 or 3
bool('') + bool('0') + bool(0.0) + bool((0,))
0x10 + 0b11 + 0o7 + 1_000 + 1e2
[i for i in range(3)][-1] + [*range(2), *[5]][2]
sum({1, 2, 3}) + max({4, 5}) + len({1, 1}) + (2 in {1, 2}) + sorted({3, 1})[0]
`
  .trim()
  .split('\n');

describe.skipIf(!hasPython)(`what Python says${note}`, () => {
  it('is what the dry run says', () => {
    const real = python(KNOWN);
    const answers = KNOWN.map((expression) => [expression, dryRun(expression)]);
    expect(answers).toEqual(
      KNOWN.map((expression, index) => [expression, expect.closeTo(Number(real[index] ?? NaN), 9)]),
    );
  });

  it('is never contradicted where nothing can be known', () => {
    const unknown = [
      'list({1, 2})[0]',
      'undefined_name',
      '1 / 0',
      '[][0]',
      'table["z"]',
      '2 ** 100',
      '(-8) ** 0.5',
      'hash("a")',
      'id(a)',
      'float("inf")',
      'open("x")',
      'a.b',
    ];
    expect(unknown.map(dryRun)).toEqual(unknown.map(() => null));
  });

  it('holds for random expressions', () => {
    const number = fc.oneof(
      fc.integer({ min: -20, max: 20 }).map((value) => (value < 0 ? `(${value})` : String(value))),
      fc.constantFrom('0.5', '2.0', '1e3', 'a', 'b', 'c', 'True', 'len(words)', 'table["x"]'),
    );
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        number,
        fc
          .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '//', '%'), tie('expression'))
          .map((parts) => parts.join(' ')),
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom('<', '<=', '>', '>=', '==', '!=', 'and', 'or'),
            tie('expression'),
          )
          .map((parts) => parts.join(' ')),
        fc
          .tuple(fc.constantFrom('not ', '-', '+', 'abs', 'int', 'bool', 'round', 'float'), tie('expression'))
          .map(([prefix, inner]) => `${prefix}(${inner})`),
        fc.tuple(fc.constantFrom('not ', '-'), tie('expression')).map((parts) => parts.join('')),
        fc
          .tuple(tie('expression'), tie('expression'), tie('expression'))
          .map(([value, test, other]) => `${value} if ${test} else ${other}`),
        fc
          .tuple(fc.constantFrom('max', 'min'), tie('expression'), tie('expression'))
          .map(([name, one, two]) => `${name}(${one}, ${two})`),
        fc
          .tuple(tie('expression'), fc.integer({ min: 0, max: 3 }))
          .map(([inner, power]) => `(${inner}) ** ${power}`),
        fc
          .array(tie('expression'), { minLength: 1, maxLength: 3 })
          .map((items) => `sum([${items.join(', ')}])`),
      ),
    }));
    const sampled = fc.sample(expression, { numRuns: 2_000, seed: 20_260_101 });
    const answers = python(sampled);
    const cases = sampled
      .map((source, index) => ({ source, real: answers[index] ?? null }))
      .filter((each): each is { source: string; real: number | null } => typeof each.real !== 'string');
    const known = cases.filter(({ source, real }) => {
      const answer = dryRun(source);
      if (answer !== null) expect([source, answer]).toEqual([source, expect.closeTo(real ?? NaN, 6)]);
      return answer !== null;
    });
    // Not known are errors, and numbers beyond what is exact.
    const exact = cases.filter(({ real }) => real !== null && Math.abs(real) < 2 ** 53);
    expect(exact.length).toBeGreaterThan(1_000);
    expect(known.length).toBeGreaterThan(exact.length * 0.98);
  });
});
