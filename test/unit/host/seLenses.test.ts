import { describe, expect, it } from 'vitest';
import { findSites } from '../../../src/core/editing/findSites';
import type { SitesReport } from '../../../src/core/editing/insertTypes';
import { applyEdits, planInsert } from '../../../src/core/editing/planInsert';
import { DEFAULT_SE_OPTIONS } from '../../../src/core/codegen/seOptions';
import { actionDrafts } from '../../../src/host/editor/sites/actionDrafts';
import { isWorthAnalysing, MAX_LINES, mentions } from '../../../src/host/editor/sites/frameworkMention';
import { lensDrafts, renewedDrafts, shiftedDrafts } from '../../../src/host/editor/sites/lensDrafts';

const unit = (name: string) => `class ${name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(64, 64, 3, padding=1)

    def forward(self, x):
        out = self.conv(x)
        return x + out
`;
const SOURCE = `from torch import nn\n\n\n${unit('First')}\n\n${unit('Second')}`;
const sitesOf = (text: string): SitesReport => findSites({ text, language: 'python' });
const withBlock = (text: string, reduction: number): string => {
  const offset = text.indexOf('return x + out');
  const result = planInsert({
    text,
    language: 'python',
    offset,
    options: { ...DEFAULT_SE_OPTIONS, reduction },
  });
  if (!result.ok) throw new Error(result.reason.message);
  return applyEdits(text, result.plan.edits);
};

const IMPORTS_AND_BLOCK = `import torch
from torch import nn


class SELayer(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, channels // 4, 1)
        self.fc2 = nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(torch.relu(self.fc1(self.pool(x)))))


`;

describe('lenses', () => {
  it('stand at the class, and name the channels', () => {
    const drafts = lensDrafts(sitesOf(SOURCE));
    expect(drafts.map(({ owner, title, verb }) => [owner, title, verb])).toEqual([
      ['First', 'Add SE block (64 channels)…', 'insert'],
      ['Second', 'Add SE block (64 channels)…', 'insert'],
    ]);
    expect(drafts.map(({ anchor }) => anchor)).toEqual([
      SOURCE.indexOf('class First'),
      SOURCE.indexOf('class Second'),
    ]);
  });

  it('of a class with a block say its reduction, and offer to change and remove it', () => {
    const drafts = lensDrafts(sitesOf(withBlock(SOURCE, 8)));
    const first = drafts.filter(({ owner }) => owner === 'First');
    expect(first.map(({ title, verb }) => [title, verb])).toEqual([
      ['SE: r = 8', 'change'],
      ['Change…', 'change'],
      ['Remove…', 'remove'],
    ]);
  });

  it('of several blocks in one class stand where each is made', () => {
    const text = `${IMPORTS_AND_BLOCK}class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.first = SELayer(16)
        self.second = SELayer(16)

    def forward(self, x):
        return self.second(self.conv(self.first(x)))
`;
    const drafts = lensDrafts(sitesOf(text)).filter(
      ({ owner, title }) => owner === 'Net' && /^SE/.test(title),
    );
    expect(drafts.map(({ title, anchor }) => [title, text.slice(anchor, anchor + 11)])).toEqual([
      ['SE: SELayer', 'SELayer(16)'],
      ['SE: SELayer', 'SELayer(16)'],
    ]);
    expect(drafts[0]!.anchor).toBeLessThan(drafts[1]!.anchor);
  });

  it('move with what is typed above them, and go with a class that is deleted', () => {
    const drafts = lensDrafts(sitesOf(SOURCE));
    const typed = shiftedDrafts(drafts, [{ rangeOffset: 0, rangeLength: 0, text: '# x\n' }]);
    expect(typed.map(({ anchor }) => anchor)).toEqual(drafts.map(({ anchor }) => anchor + 4));
    const gone = shiftedDrafts(drafts, [
      { rangeOffset: SOURCE.indexOf('\n\nclass Second'), rangeLength: unit('Second').length + 2, text: '' },
    ]);
    expect(gone.map(({ owner }) => owner)).toEqual(['First']);
  });

  it('are kept for a class that cannot be read while a statement above it is half typed, and only then', () => {
    const before = lensDrafts(sitesOf(SOURCE));
    const typed = 'x = """\n';
    const text = typed + SOURCE;
    const moved = shiftedDrafts(before, [{ rangeOffset: 0, rangeLength: 0, text: typed }]);
    const report = sitesOf(text);
    expect(lensDrafts(report)).toEqual([]);
    expect(renewedDrafts(moved, report, text, true)).toEqual(moved);
    expect(renewedDrafts(moved, report, text, false)).toEqual([]);
    const renamed = text.replace('class Second', 'class Third');
    expect(renewedDrafts(moved, report, renamed, true).map(({ owner }) => owner)).toEqual(['First']);
  });
});

describe('refactorings', () => {
  const lineOf = (text: string, words: string) => {
    const from = text.lastIndexOf('\n', text.indexOf(words)) + 1;
    return { from, to: text.indexOf('\n', from) };
  };
  const kinds = (text: string, words: string) =>
    actionDrafts(sitesOf(text), lineOf(text, words)).map(({ verb, asks }) => `${verb}${asks ? '…' : ''}`);

  it('are offered where they mean something', () => {
    expect(kinds(SOURCE, 'from torch')).toEqual([]);
    expect(kinds(SOURCE, 'return x + out')).toEqual(['insert', 'insert…']);
    expect(kinds(SOURCE, 'class First')).toEqual(['convert…']);
    const after = withBlock(SOURCE, 16);
    expect(kinds(after, 'self.se = ')).toEqual(['change…', 'remove…']);
  });
});

describe('the question before the parsers', () => {
  it('is about frameworks, and about size', () => {
    expect(isWorthAnalysing('import torch\n', 1)).toBe(true);
    expect(isWorthAnalysing("import * as tf from '@tensorflow/tfjs'", 1)).toBe(true);
    expect(isWorthAnalysing('import os\n', 1)).toBe(false);
    expect(isWorthAnalysing('import torch\n', MAX_LINES + 1)).toBe(false);
    expect(mentions('import flax.linen as nn', 'flax-linen')).toBe(true);
    expect(mentions('import flax.linen as nn', 'pytorch')).toBe(false);
  });
});
