import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { SeVariant } from '../../../src/core/editing/insertTypes';
import { findSites } from '../../../src/core/editing/findSites';
import { planConvert } from '../../../src/core/editing/planConvert';
import { planInsert } from '../../../src/core/editing/planInsert';
import { GATES } from '../../../src/core/model/modelSpec';
import { convertReport, markdownText } from '../../../src/host/editor/pick/convertReport';
import { convertRows, scopeRows, type ConvertChoice } from '../../../src/host/editor/pick/convertRows';
import { blockRows, CHANGE_VERB, INSERT_VERB } from '../../../src/host/editor/pick/insertRows';
import { gateRows, placeRows, reductionRows } from '../../../src/host/editor/pick/optionRows';
import { sentenceRows, wrapped, type ItemRow, type Row } from '../../../src/host/editor/pick/row';
import { siteRows } from '../../../src/host/editor/pick/siteRows';
import { PAPER_CHOICE, withArguments, type SeChoice } from '../../../src/host/editor/verbs/seChoice';

const RESNET = readFileSync(
  fileURLToPath(new URL('../../support/samples/torchBottleneck.py', import.meta.url)),
  'utf8',
);
const UNIT = `from torch import nn


class Unit(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3, padding=1)

    def forward(self, x):
        out = self.conv(x)
        return x + out
`;

const items = <Choice>(rows: readonly Row<Choice>[]): ItemRow<Choice>[] =>
  rows.flatMap((row) => (row.kind === 'item' ? [row] : []));
const labels = (rows: readonly Row<never>[] | readonly Row<SeChoice>[]) =>
  items(rows as readonly Row<SeChoice>[]).map(({ label }) => label);
const plan = (choice: SeChoice) =>
  planInsert({
    text: UNIT,
    language: 'python',
    offset: UNIT.indexOf('return x + out'),
    options: choice.options,
    ...(choice.variant && { variant: choice.variant }),
  });

describe('the pick for one block', () => {
  it('begins with what Enter does, and its exact cost', () => {
    // 64 -> 4 -> 64 with biases: 2 * 64 * 4 + 4 + 64 = 580.
    const [apply] = items(blockRows(INSERT_VERB, PAPER_CHOICE, plan(PAPER_CHOICE)));
    expect(apply?.label).toMatch(/^\$\(add\) Insert before `return x \+ out` in Unit\.forward$/);
    expect(apply?.detail).toContain('580 parameters');
    expect(apply?.action).toEqual({ kind: 'apply' });
    expect(apply?.current).toBe(true);
  });

  it('lists every option, and the way back only when something else was chosen', () => {
    const entries = labels(blockRows(INSERT_VERB, PAPER_CHOICE, plan(PAPER_CHOICE)));
    expect(entries.slice(1, 6)).toEqual([
      '$(location) Place: standard…',
      '$(fold) Reduction r: 16…',
      '$(symbol-operator) Squeeze: average…',
      '$(settings) Gate: sigmoid…',
      '$(diff-added) Biases: yes…',
    ]);
    expect(entries.join()).not.toContain('Back to the paper');
    const tanh = withArguments(PAPER_CHOICE, { gate: 'tanh' });
    const back = items(blockRows(INSERT_VERB, tanh, plan(tanh))).find(({ label }) =>
      label.includes('paper’s'),
    );
    expect(back?.action).toEqual({ kind: 'set', choice: PAPER_CHOICE });
  });

  it('warns with the paper’s numbers', () => {
    const relu = withArguments(PAPER_CHOICE, { gate: 'relu' });
    const rows = items(blockRows(INSERT_VERB, relu, plan(relu)));
    expect(rows[0]?.description).toBe('1 warning');
    expect(rows.map(({ label, detail }) => `${label} ${detail ?? ''}`).join()).toMatch(/23\.47%/);
  });

  it('cannot be accepted where the plan is refused, and says why', () => {
    const refused = { ok: false, reason: { code: 'no-site', message: 'There is nothing here.' } } as const;
    const rows = items(blockRows(INSERT_VERB, PAPER_CHOICE, refused));
    expect(rows[0]?.label).toBe('$(error) There is nothing here.');
    expect(rows.some(({ action }) => action.kind === 'apply')).toBe(false);
    const same = { ok: false, reason: { code: 'already-there', message: 'Same.' } } as const;
    expect(labels(blockRows(CHANGE_VERB, PAPER_CHOICE, same))[0]).toMatch(/^\$\(info\)/);
  });
});

describe('the levels', () => {
  it('list refused places with their reason, not to be chosen', () => {
    const rows = placeRows(
      PAPER_CHOICE,
      'standard',
      new Map<SeVariant, string>([['3x3', 'No bottleneck.']]),
      null,
    );
    const refused = items(rows).find(({ label }) => label.endsWith('3x3'));
    expect(refused).toMatchObject({ detail: 'No bottleneck.', action: { kind: 'none' } });
    expect(
      items(rows)
        .filter(({ current }) => current)
        .map(({ label }) => label),
    ).toEqual(['$(check) standard']);
  });

  it('give the cost of each reduction, take one that is typed, and say where fewer units would be too few', () => {
    const rows = items(reductionRows(PAPER_CHOICE, { kind: 'number', value: 64 }, '12'));
    expect(rows.map(({ label }) => label.replace(/\$\(\w+\) /, ''))).toEqual([
      '2',
      '4',
      '8',
      '12',
      '16',
      '32',
    ]);
    // 64 -> 8 -> 64: 2 * 64 * 8 + 8 + 64.
    expect(rows[2]?.description).toBe('8 hidden units, +1,096 parameters');
    expect(rows[5]?.description).toMatch(/^becomes r = 16 here/);
    expect(items(reductionRows(PAPER_CHOICE, null, 'many'))).toHaveLength(5);
  });

  it('have every gate of the core, each with a choice of its own', () => {
    const chosen = items(gateRows(PAPER_CHOICE)).map(({ action }) =>
      action.kind === 'set' ? action.choice.options.gate : null,
    );
    expect(chosen).toEqual([...GATES]);
  });
});

describe('the pick for a network', () => {
  const choice: ConvertChoice = { ...PAPER_CHOICE, scope: 'file' };
  const planned = planConvert({
    text: RESNET,
    language: 'python',
    options: PAPER_CHOICE.options,
    scope: { kind: 'file' },
  });

  it('tells the stages of each network, their blocks, channels and parameters', () => {
    const rows = convertRows(choice, planned, null);
    const stages = items(rows).filter(({ label }) => /layer\d/.test(label));
    // ResNet-50 with r = 16 and biases: the paper's 2,514,944 weights and C + C / 16 biases a block.
    expect(stages.map(({ label, description }) => `${label} ${description ?? ''}`)).toEqual([
      '$(layers) layer1 3 blocks · 256 channels · +25,392',
      '$(layers) layer2 4 blocks · 512 channels · +133,248',
      '$(layers) layer3 6 blocks · 1024 channels · +792,960',
      '$(layers) layer4 3 blocks · 2048 channels · +1,579,392',
    ]);
    expect(rows.some((row) => row.label === 'plain_resnet50: 16 blocks, +2,530,992 parameters')).toBe(true);
  });

  it('keeps its scope when an option is chosen, and offers the class only where there is one', () => {
    expect(items(convertRows(choice, planned, null)).some(({ label }) => label.includes('In:'))).toBe(false);
    expect(items(convertRows(choice, planned, 'Bottleneck')).some(({ label }) => label.includes('In:'))).toBe(
      true,
    );
    expect(items(scopeRows(choice, 'Bottleneck')).map(({ current }) => current)).toEqual([false, true]);
  });

  it('becomes a Markdown document in which code and text are what they were', () => {
    if (!planned.ok) throw new Error(planned.reason.message);
    const report = convertReport('nets/my_net|1.py', choice, planned.plan);
    expect(report).toContain('# SE blocks in `nets/my_net\\|1.py`');
    expect(report).toContain('| `layer3` | 6 | 1024 | 792,960 |');
    expect(report).toContain('before `out += identity` in Bottleneck.forward');
    expect(markdownText('a `x | y_z` <b> *c*')).toBe('a `x \\| y_z` \\<b\\> \\*c\\*');
    expect(markdownText('odd ` tick')).toBe('odd \\` tick');
  });
});

describe('the list of places', () => {
  it('has the best places first, with owner, line and channels', () => {
    const rows = siteRows(findSites({ text: RESNET, language: 'python' }), RESNET);
    const [heading, first] = rows;
    expect(heading).toEqual({ kind: 'heading', label: 'Best places' });
    const line = RESNET.slice(0, RESNET.indexOf('out += identity')).split('\n').length;
    expect(first).toMatchObject({
      label: '$(add) BasicBlock.forward',
      description: `line ${line} · C = planes`,
      detail: 'before `out += identity` in BasicBlock.forward',
      value: { kind: 'insert' },
    });
  });
});

describe('a long sentence', () => {
  it('is broken at spaces and loses nothing', () => {
    const sentence =
      'A sentence of many words that goes on for longer than a line of a quick pick can show, '.repeat(4);
    const rows = sentenceRows<never>('warning', sentence);
    const shown = rows.flatMap(({ label, detail }) => [label.replace(/^\$\(\w+\) /, ''), detail ?? '']);
    expect(shown.join(' ').trim()).toBe(sentence.trim());
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(72);
    expect(wrapped('', 10)).toEqual([]);
    expect(wrapped('incomprehensibilities', 10)).toEqual(['incomprehensibilities']);
  });
});
