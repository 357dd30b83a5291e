import { describe, expect, it } from 'vitest';
import { findSites } from '../../../src/core/editing/findSites';
import { applyEdits, planInsert } from '../../../src/core/editing/planInsert';
import { inserted, languageOf, offsetOf, PAPER_OPTIONS, sample } from './planHarness';

describe('the sites of a file', () => {
  const text = sample('torchBottleneck.py');

  it('names each residual unit with its class, channels and layout', () => {
    const units = findSites({ text, language: 'python' }).sites.filter(({ rank }) => rank === 'best');
    expect(units).toMatchObject([
      {
        status: 'candidate',
        place: 'residual-end',
        owner: { name: 'BasicBlock.forward', declaration: { name: 'BasicBlock', kind: 'class' } },
        channels: { kind: 'expression', text: 'planes' },
        layout: 'NCHW',
      },
      { owner: { name: 'Bottleneck.forward' }, channels: { text: 'planes * self.expansion' } },
    ]);
    const declared = units[0]?.owner.declaration;
    expect(text.slice(declared?.from).startsWith('class BasicBlock')).toBe(true);
  });

  it('knows a block it has written: class, options, and where it is made and called', () => {
    const { result } = inserted({ text, at: 'out += identity', options: { reduction: 8, gate: 'tanh' } });
    const { uses, sites } = findSites({ text: result, language: 'python' });
    expect(uses).toMatchObject([
      {
        className: 'SqueezeExcite',
        owner: { name: 'BasicBlock.__init__' },
        options: { reduction: 8, gate: 'tanh', squeeze: 'avg', bias: true },
      },
    ]);
    const slice = (span: { from: number; to: number }) => result.slice(span.from, span.to);
    expect(slice(uses[0]!.construction)).toBe('SqueezeExcite(planes, reduction=8)');
    expect(uses[0]!.calls.map(slice)).toEqual(['self.se(out)']);
    expect(sites[0]).toMatchObject({
      status: 'occupied',
      where: 'at `out += identity` in BasicBlock.forward',
    });
  });

  it('does not know the options of a class that somebody else wrote', () => {
    const own = text
      .replace(
        'class BasicBlock',
        'class SELayer(nn.Module):\n    def __init__(self, c):\n        super().__init__()\n        self.fc = nn.Linear(c, c)\n    def forward(self, x):\n        return x\n\n\nclass BasicBlock',
      )
      .replace(
        '        self.downsample = downsample\n',
        '        self.downsample = downsample\n        self.att = SELayer(planes)\n',
      );
    expect(findSites({ text: own, language: 'python' }).uses[0]).toMatchObject({
      className: 'SELayer',
      options: null,
      calls: [],
    });
  });

  it.each(['tfjsModel.ts', 'kerasFunctional.py', 'kerasSubclass.py'])(
    'finds nothing inside the block itself: %s',
    (name) => {
      const language = languageOf(name);
      const source = sample(name);
      const first = findSites({ text: source, language }).sites.find(({ status }) => status === 'candidate');
      const planned = planInsert({
        text: source,
        language,
        offset: first?.offset ?? 0,
        options: PAPER_OPTIONS,
      });
      if (!planned.ok) throw new Error(planned.reason.message);
      const result = applyEdits(source, planned.plan.edits);
      const block = offsetOf(result, 'class SqueezeExcite');
      const end = block + result.slice(block).search(/\n\n\n|registerClass/);
      const inside = findSites({ text: result, language }).sites.filter(
        ({ offset }) => block <= offset && offset < end,
      );
      expect(inside).toEqual([]);
    },
  );

  it('says why it did not look', () => {
    expect(findSites({ text: 'import numpy as np\n', language: 'python' })).toMatchObject({
      framework: null,
      sites: [],
      problem: { code: 'no-framework' },
    });
  });
});

describe('what the networks of the file gain', () => {
  const text = sample('torchBottleneck.py');

  it('is in the plan, and settles whether there are hidden units enough', () => {
    const { plan } = inserted({ text, at: 'out += identity', occurrence: 1 });
    expect(plan.summary.networks).toMatchObject([{ blocks: 16, complete: true, extraParameters: 2_530_992 }]);
    expect(plan.summary.warnings).toEqual([]);
  });

  it('names the narrow blocks', () => {
    const { plan } = inserted({ text, at: 'out += identity', occurrence: 1, options: { reduction: 128 } });
    expect(plan.summary.warnings).toEqual([
      'Blocks of 256 channels in `plain_resnet50` get 2 hidden units with r = 128; the excitation can hardly tell channels apart.',
    ]);
  });
});
