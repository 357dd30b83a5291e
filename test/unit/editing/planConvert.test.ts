import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PYTHON } from '../../support/pytorch/torchPython';
import { torchvisionSource } from '../../support/pytorch/torchvisionSource';
import { applyEdits } from '../../../src/core/editing/planInsert';
import { findSites } from '../../../src/core/editing/findSites';
import type { ConvertRequest } from '../../../src/core/editing/insertTypes';
import { planConvert } from '../../../src/core/editing/planConvert';
import { offsetOf, PAPER_OPTIONS, sample } from './planHarness';

const bottleneck = sample('torchBottleneck.py');
const WITHOUT_BIAS = { ...PAPER_OPTIONS, bias: false };

function converted(text: string, more: Partial<ConvertRequest> = {}) {
  const result = planConvert({
    text,
    language: 'python',
    options: WITHOUT_BIAS,
    scope: { kind: 'file' },
    ...more,
  });
  if (!result.ok) throw new Error(result.reason.message);
  return { plan: result.plan, text: applyEdits(text, result.plan.edits) };
}

const visionResnet = torchvisionSource('resnet');

/** The paper's counts for SE-ResNet-50, r = 16, without biases (derived from its architecture). */
const SE_RESNET_50 = [
  ['layer1', 3, [256], 24_576],
  ['layer2', 4, [512], 131_072],
  ['layer3', 6, [1024], 786_432],
  ['layer4', 3, [2048], 1_572_864],
] as const;

describe('Add SE to every residual block', () => {
  it('puts one class and a block into each unit, in one plan', () => {
    const { plan, text } = converted(bottleneck);
    expect(plan.inserted.map(({ where }) => where)).toEqual([
      'before `out += identity` in BasicBlock.forward',
      'before `out += identity` in Bottleneck.forward',
    ]);
    expect(text.split('class SqueezeExcite')).toHaveLength(2);
    expect(text.split('out = self.se(out)')).toHaveLength(3);
    expect(findSites({ text, language: 'python' }).sites.filter(({ rank }) => rank === 'best')).toMatchObject(
      [{ status: 'occupied' }, { status: 'occupied' }],
    );
  });

  it('says so when all is done already', () => {
    const { text } = converted(bottleneck);
    expect(
      planConvert({ text, language: 'python', options: WITHOUT_BIAS, scope: { kind: 'file' } }),
    ).toMatchObject({ ok: false, reason: { code: 'already-there' } });
  });

  it('of one class leaves the others alone', () => {
    const offset = offsetOf(bottleneck, 'class Bottleneck');
    const { plan } = converted(bottleneck, { scope: { kind: 'class', offset } });
    expect(plan.inserted).toHaveLength(1);
    expect(plan.inserted[0]?.where).toContain('Bottleneck');
  });

  it('places every block at the variant, and leaves out with a reason where there is none', () => {
    const { plan } = converted(bottleneck, { variant: '3x3' });
    expect(plan.inserted.map(({ variant }) => variant)).toEqual(['3x3']);
    expect(plan.declined).toHaveLength(1);
    expect(plan.declined[0]?.reason?.message).toContain('3x3 variant is for bottlenecks');
  });

  it('gives two units of one class two attributes', () => {
    const text = [
      'import torch.nn as nn',
      'class Net(nn.Module):',
      '    def __init__(self):',
      '        super().__init__()',
      '        self.a = nn.Conv2d(64, 64, 3, padding=1)',
      '        self.b = nn.Conv2d(64, 64, 3, padding=1)',
      '    def forward(self, x):',
      '        x = x + self.a(x)',
      '        return x + self.b(x)',
      '',
    ].join('\n');
    const { text: result, plan } = converted(text);
    expect(plan.inserted).toHaveLength(2);
    expect(result).toContain('x = x + self.se(self.a(x))');
    expect(result).toContain('return x + self.se2(self.b(x))');
    expect(plan.networks).toMatchObject([{ blocks: 2, extraParameters: 2 * 2 * 64 * 4 }]);
  });

  it('declines a file without residual units, with a way on', () => {
    const result = planConvert({
      text: sample('torchVgg.py'),
      language: 'python',
      options: WITHOUT_BIAS,
      scope: { kind: 'file' },
    });
    expect(result).toMatchObject({ ok: false, reason: { code: 'no-site' } });
  });

  it.skipIf(visionResnet === undefined)(
    "counts torchvision's ResNets stage by stage; needs python3-torchvision",
    () => {
      const { plan } = converted(visionResnet ?? '');
      const resnet50 = plan.networks.find(({ entry }) => entry === 'resnet50');
      expect(resnet50).toMatchObject({ blocks: 16, extraParameters: 2_514_944, complete: true });
      expect(
        resnet50?.stages.map(({ stage, blocks, channels, extraParameters }) => [
          stage,
          blocks,
          channels,
          extraParameters,
        ]),
      ).toEqual(SE_RESNET_50);
    },
  );

  it.skipIf(visionResnet === undefined).each([
    ['standard', 2_514_944],
    ['3x3', 157_184],
  ] as const)(
    "runs torchvision's converted ResNet-50 (%s): shapes, parameters, gradients; needs python3-torch",
    (variant, extra) => {
      const original = visionResnet ?? '';
      const offset = original.indexOf('class Bottleneck');
      const { text } = converted(original, { variant, scope: { kind: 'class', offset } });
      const script = [
        'import json, sys, types, torch',
        'import torchvision.models.resnet as installed',
        'from torchvision.models import _api',
        '_api.BUILTIN_MODELS.clear()  # or the changed file could not register its models under the same names',
        'changed = types.ModuleType("torchvision.models.changed")',
        'changed.__package__ = "torchvision.models"',
        'exec(compile(sys.stdin.read(), "changed", "exec"), changed.__dict__)',
        'count = lambda net: sum(p.numel() for p in net.parameters())',
        'torch.manual_seed(0)',
        'plain, gated = installed.resnet50(), changed.resnet50()',
        'out = gated(torch.randn(2, 3, 64, 64))',
        'out.sum().backward()',
        'idle = [name for name, p in gated.named_parameters() if p.grad is None or not torch.isfinite(p.grad).all()]',
        'print(json.dumps({"extra": count(gated) - count(plain), "shape": list(out.shape), "idle": idle}))',
      ].join('\n');
      const run = spawnSync(PYTHON, ['-c', script], {
        input: text,
        encoding: 'utf8',
      });
      expect(run.stderr).toBe('');
      expect(JSON.parse(run.stdout)).toEqual({ extra, shape: [2, 1000], idle: [] });
    },
    120_000,
  );
});
