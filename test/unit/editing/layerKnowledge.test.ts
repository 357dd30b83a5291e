/** Layers as PyTorch code in the wild makes them: torchvision's and timm's, passed about, and the file's own. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PYTHON } from '../../support/pytorch/torchPython';
import { edited, expectRefusal, inserted, sample } from './planHarness';

const mobile = sample('torchMobile.py');
const factories = sample('torchFactories.py');

/** The channels that the block at the cursor is told, and what the constructor line becomes. */
function told(text: string, at: string): string {
  const { result } = inserted({ text, at, options: { reduction: 8 } });
  const [made = ''] =
    /SqueezeExcite\((?!nn|reduction=8)[^\n]*reduction=\d+\)/.exec(result.replace(/class Sq.*/, '')) ?? [];
  return made.replace(/^SqueezeExcite\(|, reduction=\d+\)$/g, '');
}

describe('torchvision and classes of the file', () => {
  it.each([
    ['return x + y', 'channels'],
    ['x = self.entry(x)', '64'],
    ['x = F.mish(self.lazy(x))', '72'],
    ['return self.features(x)', '96'],
    ['nn.Conv2d(20, 96, 3)', '96'],
    ['ConvBNReLU(72, 80)', '80'],
    ['nn.Mish(),\n            nn.PixelShuffle', '80'],
  ])('%s: %s channels', (at, channels) => {
    expect(told(mobile, at)).toBe(channels);
  });

  it('the depthwise convolution of an inverted residual', () => {
    const { plan, result } = inserted({ text: mobile, at: 'out = out + x' });
    expect(plan.summary).toMatchObject({
      place: 'after-depthwise',
      channels: { kind: 'expression', text: 'hidden_dim' },
    });
    expect(result).toContain('self.norm(self.project(self.se(self.depthwise(self.expand(x)))))');
  });

  it('a StochasticDepth between the branch and the addition keeps its channels', () => {
    expect(inserted({ text: mobile, at: 'return x + y' }).result).toContain(
      '        y = self.stochastic_depth(y)\n        y = self.se(y)\n        return x + y\n',
    );
  });

  it('knows torchvision.ops.SqueezeExcitation', () => {
    expectRefusal({ text: mobile, at: 'return x + self.attention' }, 'already-there');
  });

  it.each(['x = self.up(x)', 'nn.PixelShuffle(2)'])('a pixel shuffle does not say its channels: %s', (at) => {
    expectRefusal({ text: mobile, at }, 'unknown-channels');
  });

  it('the default of a constructor, and what it computes', () => {
    const unit = (width: string): string =>
      edited(mobile, ['self.entry = DoubleConv(3, width=64)', `self.entry = ${width}`]);
    const number = unit('DoubleConv(3, 40)').replace('width=None', 'width=56');
    expect(told(number, 'x = self.entry(x)')).toBe('40');
    expect(told(number.replace('DoubleConv(3, 40)', 'DoubleConv(3)'), 'x = self.entry(x)')).toBe('56');
    // Reassigned, or an expression of several parameters: nobody knows.
    const reassigned = mobile.replace(
      'self.reduce = nn',
      'width = width or 2 * channels\n        self.reduce = nn',
    );
    expectRefusal({ text: reassigned, at: 'x = self.entry(x)' }, 'unknown-channels');
    const computed = mobile.replace('nn.Conv2d(48, width, 3', 'nn.Conv2d(48, channels * expansion, 3');
    expectRefusal({ text: computed, at: 'x = self.entry(x)' }, 'unknown-channels');
  });

  it('a class that calls itself is nothing to read', () => {
    const text = mobile.replace('self.norm = nn.BatchNorm2d(48)', 'self.norm = DoubleConv(48)');
    expect(told(text, 'x = self.entry(x)')).toBe('64');
    const endless = text.replace(
      'return F.silu(self.expand(F.silu(self.norm(self.reduce(x)))))',
      'return self.norm(x)',
    );
    expectRefusal({ text: endless, at: 'x = self.entry(x)' }, 'unknown-channels');
  });
});

describe('layers that are passed about', () => {
  it.each([
    ['x += shortcut', 'planes'],
    ['return x + self.body(x)', 'oup'],
    ['conv_layer(inp, 2 * inp, 1)', '2 * inp'],
    ['act_layer(inplace=True),\n        )', 'oup'],
    ['x = self.bn(self.conv(x))\n        return self.layer1', '2 * width'],
    ['self.other = Norm', null],
    ['layers.append(norm_layer(planes))', 'planes'],
    ['return self.layer1(x)', 'width'],
  ])('%s: %s channels', (at, channels) => {
    if (channels === null) expectRefusal({ text: factories, at }, 'no-site');
    else expect(told(factories, at)).toBe(channels);
  });

  it('a unit of timm: norm and activation in one, depthwise by its groups', () => {
    const { plan, result } = inserted({ text: factories, at: 'return x + y' });
    expect(plan.summary.channels).toEqual({ kind: 'expression', text: 'out_chs' });
    expect(result).toContain(
      '        self.bn = norm_act_layer(out_chs)\n        self.se = SqueezeExcite(out_chs)\n',
    );
  });

  it.each([
    'SqueezeExcite(chs)',
    'SEModule(chs, rd_ratio=0.25)',
    'EffectiveSEModule(chs)',
    "create_attn('ese', chs)",
  ])('knows timm.layers.%s', (made) => {
    const text = edited(factories, ['create_attn(attn_layer, chs)', made]);
    expectRefusal({ text, at: 'return x + self.attn' }, 'already-there');
  });

  it('create_attn of another kind is no SE block, and keeps the channels', () => {
    const text = edited(factories, ['create_attn(attn_layer, chs)', "create_attn('eca', chs)"]);
    expect(told(text, 'return x + self.attn')).toBe('chs');
  });

  it('alternatives that disagree on the place of the channels say none', () => {
    const text = `import torch.nn as nn
class A(nn.Module):
    def __init__(self, c, grouped):
        super().__init__()
        norm = nn.GroupNorm if grouped else nn.BatchNorm2d
        self.conv = nn.Conv2d(3, c, 3)
        self.norm = norm(8, c)
    def forward(self, x):
        return self.norm(self.conv(x))
`;
    // The norm keeps what the convolution says.
    expect(told(text, 'return self.norm')).toBe('c');
  });

  it('names that stand for each other', () => {
    const text = `import torch.nn as nn
class A(nn.Module):
    def __init__(self, c):
        super().__init__()
        a = b
        b = a
        self.conv = a(c, c)
    def forward(self, x):
        return self.conv(x)
`;
    expectRefusal({ text, at: 'return self.conv' }, 'unknown-channels');
  });
});

describe('layers that are in a list only sometimes', () => {
  const list = (statements: string): string => `import torch.nn as nn
class A(nn.Module):
    def __init__(self, c, wide):
        super().__init__()
${statements.replace(/^/gm, '        ')}
        self.body = nn.Sequential(*layers)
    def forward(self, x):
        return self.body(x)
`;
  const at = 'return self.body(x)';
  const sure = 'layers = [nn.Conv2d(c, 64, 3)]';

  it.each([
    [`${sure}\nif wide:\n    layers.append(nn.BatchNorm2d(64))`, '64'],
    [`${sure}\nif wide:\n    layers.append(nn.ReLU())`, '64'],
    [`layers = []\nif wide:\n    layers.append(nn.Conv2d(c, 80, 1))\nlayers += [nn.Conv2d(80, 96, 3)]`, '96'],
    [
      `${sure}\nif wide:\n    layers.append(nn.Conv2d(64, 48, 3))\nelse:\n    layers.append(nn.Conv2d(64, 48, 1))`,
      '48',
    ],
    [`${sure}\nfor _ in range(3):\n    layers.append(nn.Conv2d(64, 64, 3))`, '64'],
  ])('%j: %s', (statements, channels) => {
    expect(told(list(statements), at)).toBe(channels);
  });

  it.each([
    `${sure}\nif wide:\n    layers.append(nn.Conv2d(64, 128, 1))`,
    `layers = []\nif wide:\n    layers.append(nn.Conv2d(c, 72, 1))`,
    `${sure}\nif wide:\n    layers.append(nn.Conv2d(64, 48, 3))\nelse:\n    layers.append(nn.Conv2d(64, 32, 1))`,
  ])('%j: unknown', (statements) => {
    expectRefusal({ text: list(statements), at }, 'unknown-channels');
  });
});

describe('methods of the class', () => {
  const text = `import torch.nn as nn
import torch.nn.functional as F
class Unit(nn.Module):
    stem = nn.Sequential(nn.Conv2d(3, 48, 3), nn.ReLU())
    def __init__(self, inp, oup):
        super().__init__()
        self.width = 2 * inp
        self.body = self._make(inp, oup)
        self.wide = self._wide(inp)
        self.conv = nn.Conv2d(inp, oup, 3)
    def _make(self, a, b, norm=True):
        layers = [nn.Conv2d(a, 96, 1)]
        layers += [nn.ReLU(), nn.Conv2d(96, b, 3)]
        if norm:
            layers.append(nn.BatchNorm2d(b))
        return nn.Sequential(*layers)
    def _wide(self, a):
        return nn.Conv2d(a, self.width, 1)
    def _branch(self, x):
        return F.relu(self.conv(x))
    def forward(self, x):
        a = self.body(x)
        b = self.wide(x)
        c = self._branch(x)
        return a, b, c
`;
  const residual = edited(text, ['c = self._branch(x)', 'c = x + self._branch(x)']);

  it.each([
    ['a = self.body(x)', 'oup'],
    ['b = self.wide(x)', 'self.width'],
    ['c = self._branch(x)', 'oup'],
  ])('%s: %s channels', (at, channels) => {
    expect(told(text, at)).toBe(channels);
  });

  it('made behind the layer that says the channels, applied to what the method returns', () => {
    const { result } = inserted({ text: residual, at: 'c = x + self._branch(x)' });
    expect(result).toContain(
      '        self.conv = nn.Conv2d(inp, oup, 3)\n        self.se = SqueezeExcite(oup)\n',
    );
    expect(result).toContain('        c = x + self.se(self._branch(x))\n');
  });
});

it('a Keras layer of the file keeps a feature map a feature map', () => {
  const text = `from keras import layers
class ConvBN(layers.Layer):
    def __init__(self, filters):
        super().__init__()
        self.conv = layers.Conv2D(filters, 3, padding='same')
        self.bn = layers.BatchNormalization()
    def call(self, x):
        return self.bn(self.conv(x))
def unit(x):
    y = ConvBN(64)(x)
    y = ConvBN(64)(y)
    return layers.add([x, y])
`;
  const { plan, result } = inserted({ text, at: 'return layers.add' });
  expect(plan.summary.channels).toEqual({ kind: 'number', value: 64 });
  expect(result).toContain('    y = SqueezeExcite()(y)\n    return layers.add([x, y])\n');
});

it('channels_first is a word of PyTorch code too, and no obstacle there', () => {
  const text = `import torch.nn as nn
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)
        self.norm = LayerNorm(c, data_format="channels_first")
    def forward(self, x):
        return x + self.conv(x)
`;
  expect(told(text, 'return x + self.conv')).toBe('c');
});

const VISION = ['torchvision', 'torch'].every((name) => {
  try {
    execFileSync(PYTHON, ['-c', `import ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

const RUN = `
import json, sys, torch
results = []
for case in json.load(sys.stdin):
    counts = []
    for source in (case['before'], case['after']):
        scope = {'__name__': 'sample'}
        exec(source, scope)
        model = eval(case['make'], scope)
        y = model(torch.randn(*case['shape']))
        counts.append((list(y.shape), sum(p.numel() for p in model.parameters())))
    (shape, count), (shape_se, count_se) = counts
    results.append([shape == shape_se, count_se - count])
print(json.dumps(results))
`;

it.skipIf(!VISION)(
  `blocks in torchvision's layers run, with the parameters of their channels${VISION ? '' : ' (SKIPPED: no torchvision in /usr/bin/python3)'}`,
  { timeout: 180_000 },
  () => {
    const block = (channels: number, hidden: number): number => 2 * channels * hidden + hidden + channels;
    const cases = [
      {
        at: 'out = out + x',
        make: 'InvertedResidual(16, 16, 1, 2)',
        shape: [2, 16, 6, 6],
        extra: block(32, 2),
      },
      { at: 'return x + y', make: 'FusedBlock(32)', shape: [2, 32, 6, 6], extra: block(32, 2) },
      { at: 'x = self.entry(x)', make: 'Stack()', shape: [2, 3, 8, 8], extra: block(64, 4) },
      { at: 'x = F.mish', make: 'Stack()', shape: [2, 3, 8, 8], extra: block(72, 4) },
      { at: 'ConvBNReLU(72, 80)', make: 'Stack()', shape: [2, 3, 8, 8], extra: block(80, 5) },
      { at: 'return self.features', make: 'Stack()', shape: [2, 3, 8, 8], extra: block(96, 6) },
    ];
    const output = execFileSync(PYTHON, ['-c', RUN], {
      input: JSON.stringify(
        cases.map(({ at, make, shape }) => ({
          before: mobile,
          after: inserted({ text: mobile, at }).result,
          make,
          shape,
        })),
      ),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const results = JSON.parse(output.trim().split('\n').at(-1) ?? '') as unknown;
    expect(results).toEqual(cases.map(({ extra }) => [true, extra]));
  },
);
