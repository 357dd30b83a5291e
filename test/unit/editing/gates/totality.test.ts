/** Whatever a file looks like while somebody types, and however hostile it is: an answer that makes sense, in time. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateMatch, GatePlacement } from '../../../../src/core/editing/gates/gateMatch';
import { GateSource, placeGates } from '../../../../src/core/editing/gates/placeGates';
import type { ExcitationTrace } from '../../../../src/core/excitation/trace';
import { OTHER_FILE, traceOf } from './traces';

const folder = new URL('sources/', import.meta.url);
const OWN = { fileName: 'own.py', fingerprint: `sha256:${'1'.repeat(64)}` };
const CODE = [{ file: OWN.fileName, fingerprint: OWN.fingerprint }];
const KNOWN = [
  OTHER_FILE,
  OWN,
  { ...OWN, fingerprint: OTHER_FILE.fingerprint },
  { ...OTHER_FILE, chosen: 'se_resnet50' },
];

const languageOf = (name: string): GateSource['language'] => (name.endsWith('.ts') ? 'typescript' : 'python');

function placementsOf(match: GateMatch): readonly GatePlacement[] {
  return match.kind === 'none' ? [] : match.kind === 'open' ? match.placements : [match.placement];
}

/** Every block once, in its place or missing; places inside the text, in order. */
function expectSense(match: GateMatch, { blocks }: ExcitationTrace, text: string): void {
  for (const { sites, missing, offset } of placementsOf(match)) {
    const ids = [...sites.flatMap((site) => site.blocks), ...missing].sort();
    expect(ids).toEqual(blocks.map(({ block }) => block).sort());
    expect(sites.length).toBeGreaterThan(0);
    expect(offset).toBeLessThan(text.length);
    sites.forEach(({ span: { from, to } }, index) => {
      expect(from < to && to <= text.length).toBe(true);
      expect(from).toBeGreaterThanOrEqual(sites[index - 1]?.span.from ?? 0);
    });
  }
}

describe.each(readdirSync(folder))('%s with random edits', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const first = new GateSource(text, languageOf(name));
  const largest = [...first.networks].sort((a, b) => b.gates.length - a.gates.length)[0]!;
  const blocks = largest.gates.map(({ path, channels }, index) => [
    path === '' ? `layer1.${index}.se` : path,
    channels ?? 8,
  ]);
  const trace = traceOf(Object.fromEntries(blocks) as Record<string, number>, CODE);

  it('gets an answer that makes sense', () => {
    expect(placeGates(first, trace, OTHER_FILE).kind).not.toBe('none');
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.oneof(fc.nat(3), fc.nat(300)),
      put: fc.oneof(
        fc.constantFrom('', '(', ')', ']', '{', ':', '\n', '    ', ' = ', '.', ',', "'", '#'),
        fc.constantFrom(
          'self',
          'None',
          '1.5',
          '10 ** 9',
          'SELayer',
          'se',
          'SELayer(8)',
          'x * ',
          ' if x else ',
          'return x\n',
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        const edited = edits.reduce((current, { at, cut, put }) => {
          const offset = Math.floor(at * current.length);
          return current.slice(0, offset) + put + current.slice(offset + cut);
        }, text);
        const source = new GateSource(edited, languageOf(name));
        for (const known of KNOWN) expectSense(placeGates(source, trace, known), trace, edited);
      }),
      { numRuns: 25 },
    );
  });
});

describe('hostile files', () => {
  const trace = traceOf(Object.fromEntries(Array.from({ length: 256 }, (_, index) => [`a.${index}.se`, 8])));
  const HEAD = 'import torch\nfrom torch import nn\nclass SELayer(nn.Module):\n    pass\n';
  const unit = (body: string) =>
    `${HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${body}    def forward(self, x):\n        return x\n`;
  const line = (code: string) => `        ${code}\n`;

  it.each([
    ['nothing', ''],
    ['parentheses', unit(line(`self.se = ${'('.repeat(5_000)}SELayer(8)${')'.repeat(5_000)}`))],
    ['calls in calls', unit(line(`self.se = ${'SELayer('.repeat(5_000)}8${')'.repeat(5_000)}`))],
    ['a long chain of calls', unit(line(`self.se = SELayer(8)${'.to(x)'.repeat(2_000)}`))],
    ['a long product', unit(line(`self.se = SELayer(8)${' * x'.repeat(10_000)}`))],
    [
      'deep modules',
      unit(
        `${line('m = SELayer(8)')}${line('for _ in range(5000): m = nn.Sequential(m)')}${line('self.m = m')}`,
      ),
    ],
    ['many blocks', unit(line('self.m = nn.ModuleList([SELayer(8) for _ in range(15000)])'))],
    [
      'many names',
      unit(
        Array.from({ length: 5_000 }, (_, index) => line(`self.se${index} = SELayer(8) if x else None`)).join(
          '',
        ),
      ),
    ],
    [
      'many networks',
      HEAD +
        Array.from(
          { length: 150 },
          (_, index) => `def net${index}():\n    return nn.Sequential(*[SELayer(8) for _ in range(256)])\n`,
        ).join(''),
    ],
    ['a module in itself', unit(`${line('self.se = SELayer(8)')}${line('self.me = self')}`)],
    ['half a class', `${HEAD}class Net(nn.Module):\n    def __init__(self`],
    ['no source at all', 'se '.repeat(15_000)],
  ])(
    '%s',
    (_, text) => {
      const started = performance.now();
      const source = new GateSource(text, 'python');
      for (const known of KNOWN) expectSense(placeGates(source, trace, known), trace, text);
      // A hang is what this is about; the machine may be busy.
      expect(performance.now() - started).toBeLessThan(20_000);
    },
    30_000,
  );
});
