import { describe, expect, it } from 'vitest';
import { edited, expectRefusal, inserted, sample, TORCH_CLASS } from './planHarness';

const bottleneck = sample('torchBottleneck.py');
const cifar = sample('torchCifarBlocks.py');
const vgg = sample('torchVgg.py');
const messy = sample('torchMessy.py');

/** The class after the imports of torchBottleneck.py, two blank lines around it. */
const bottleneckClass = [
  'from torch import Tensor\n\n__all__',
  `from torch import Tensor\n\n\n${TORCH_CLASS}\n\n__all__`,
] as const;
const cifarClass = [
  'import torch.nn.functional as F\n',
  `import torch.nn.functional as F\n\n\n${TORCH_CLASS}`,
] as const;
const vggClass = ['from torch import nn\n\nCFG', `from torch import nn\n\n\n${TORCH_CLASS}\n\nCFG`] as const;

const bottleneckSe = edited(
  bottleneck,
  bottleneckClass,
  [
    '        self.bn3 = norm_layer(planes * self.expansion)\n',
    '        self.bn3 = norm_layer(planes * self.expansion)\n        self.se = SqueezeExcite(planes * self.expansion)\n',
  ],
  [
    '        out += identity\n        return self.relu(out)\n',
    '        out = self.se(out)\n        out += identity\n        return self.relu(out)\n',
  ],
);

const basicSe = edited(
  bottleneck,
  bottleneckClass,
  [
    '        self.bn2 = norm_layer(planes)\n        self.downsample',
    '        self.bn2 = norm_layer(planes)\n        self.se = SqueezeExcite(planes)\n        self.downsample',
  ],
  [
    '        out += identity\n        out = self.relu(out)\n',
    '        out = self.se(out)\n        out += identity\n        out = self.relu(out)\n',
  ],
);

describe('PyTorch: the end of a residual branch', () => {
  it.each([
    'out += identity',
    'self.conv1 = conv3x3(inplanes, planes',
    'class BasicBlock',
    'expansion: int = 1',
    'return out\n',
  ])('BasicBlock with the cursor at `%s`', (at) => {
    const { plan, result } = inserted({ text: bottleneck, at });
    expect(result).toBe(basicSe);
    expect(plan.summary).toMatchObject({
      framework: 'pytorch',
      place: 'residual-end',
      where: 'before `out += identity` in BasicBlock.forward',
      channels: { kind: 'expression', text: 'planes' },
      className: 'SqueezeExcite',
      definition: 'inserted',
      reduction: 16,
      hidden: null,
      cost: null,
    });
    expect(plan.summary.warnings.join()).toContain('fewer than 64 channels');
  });

  it('Bottleneck: channels as the expression in scope', () => {
    const { plan, result } = inserted({ text: bottleneck, at: 'out += identity', occurrence: 1 });
    expect(result).toBe(bottleneckSe);
    expect(plan.summary.channels).toEqual({ kind: 'expression', text: 'planes * self.expansion' });
  });

  it('uses the class again for the next block', () => {
    const both = inserted({ text: basicSe, at: 'out += identity', occurrence: 1 });
    expect(both.plan.summary).toMatchObject({ className: 'SqueezeExcite', definition: 'reused' });
    expect(both.result.split('class SqueezeExcite').length).toBe(2);
    expect(both.result).toContain('        self.se = SqueezeExcite(planes * self.expansion)\n');
  });

  it.each([
    ['out += identity', 0, basicSe],
    ['self.conv2 = conv3x3(planes, planes)', 0, basicSe],
    ['out += identity', 1, bottleneckSe],
  ])('says so where the block is already: %s %i', (at, occurrence, text) => {
    expect(expectRefusal({ text, at, occurrence }, 'already-there')).toContain('already an SE block');
  });

  it('in-place addition of a called shortcut', () => {
    const { result } = inserted({ text: cifar, at: 'out += self.shortcut(x)' });
    expect(result).toBe(
      edited(
        cifar,
        cifarClass,
        [
          '        self.bn2 = nn.BatchNorm2d(planes)\n\n        self.shortcut = nn.Sequential()',
          '        self.bn2 = nn.BatchNorm2d(planes)\n        self.se = SqueezeExcite(planes)\n\n        self.shortcut = nn.Sequential()',
        ],
        [
          '        out += self.shortcut(x)\n',
          '        out = self.se(out)\n        out += self.shortcut(x)\n',
        ],
      ),
    );
  });

  it('pre-activation: the branch ends with a convolution', () => {
    const { result } = inserted({ text: cifar, at: 'class PreActBlock' });
    const conv2 =
      '        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)\n';
    expect(result).toBe(
      edited(
        cifar,
        cifarClass,
        [conv2, `${conv2}        self.se = SqueezeExcite(planes)\n`],
        ['        out += shortcut\n', '        out = self.se(out)\n        out += shortcut\n'],
      ),
    );
  });

  const wrapped = edited(
    cifar,
    cifarClass,
    [
      '            nn.BatchNorm2d(channels),  # end of the branch\n        )\n',
      '            nn.BatchNorm2d(channels),  # end of the branch\n        )\n        self.se = SqueezeExcite(channels)\n',
    ],
    ['F.relu(self.block(x) + self.shortcut(x))', 'F.relu(self.se(self.block(x)) + self.shortcut(x))'],
  );

  it('an addition inside an expression: the branch is wrapped, whichever side it is on', () => {
    expect(inserted({ text: cifar, at: 'return F.relu(self.block(x)' }).result).toBe(wrapped);
    const swapped = edited(cifar, ['self.block(x) + self.shortcut(x)', 'self.shortcut(x) + self.block(x)']);
    expect(inserted({ text: swapped, at: 'return F.relu(self.shortcut(x)' }).result).toContain(
      'F.relu(self.shortcut(x) + self.se(self.block(x)))',
    );
  });

  it('a cursor on the shortcut is led to the branch, with a warning', () => {
    const { plan, result } = inserted({ text: cifar, at: 'nn.Conv2d(channels, channels, 1)' });
    expect(result).toBe(wrapped);
    expect(plan.summary.warnings[0]).toContain('shortcut');
  });

  it('several additions: the one at the cursor, the one whose branch has the layer, or a question', () => {
    const first = inserted({ text: cifar, at: 'x = x + self.conv_a(x)' });
    expect(first.result).toContain('        x = x + self.se(self.conv_a(x))\n');
    const last = inserted({ text: cifar, at: 'self.conv_b = ' });
    expect(last.result).toContain('        y = self.se(y)\n        return y + self.proj(x)\n');
    expect(last.result).toContain(
      '        self.conv_b = nn.Conv2d(width, 2 * width, 3, padding=1)\n        self.se = SqueezeExcite(2 * width)\n',
    );
    expectRefusal({ text: cifar, at: 'class Pair' }, 'ambiguous-site');
  });

  it('two blocks in one class get two attributes', () => {
    const once = inserted({ text: cifar, at: 'x = x + self.conv_a(x)' }).result;
    const twice = inserted({ text: once, at: 'return y + self.proj(x)' }).result;
    expect(twice).toContain('        self.se2 = SqueezeExcite(2 * width)\n');
    expect(twice).toContain('        y = self.se2(y)\n');
  });

  it('branches of equal depth: asks instead of guessing', () => {
    const text = edited(cifar, ['y = self.conv_b(F.relu(self.conv_c(x)))', 'y = self.conv_b(x)']);
    expectRefusal({ text, at: 'return y + self.proj(x)' }, 'ambiguous-site');
  });
});

describe('PyTorch: after the layer at the cursor', () => {
  const bn1 = '        self.bn1 = nn.BatchNorm2d(self.inplanes)\n';
  const stem = edited(
    bottleneck,
    bottleneckClass,
    [bn1, `${bn1}        self.se = SqueezeExcite(self.inplanes)\n`],
    ['        x = self.bn1(x)\n', '        x = self.bn1(x)\n        x = self.se(x)\n'],
  );

  it.each(['x = self.bn1(x)', 'self.bn1 = nn.BatchNorm2d(self.inplanes)'])('%s', (at) => {
    expect(inserted({ text: bottleneck, at }).result).toBe(stem);
    expectRefusal({ text: stem, at }, 'already-there');
  });

  it('a number of channels comes with its cost', () => {
    const { plan, result } = inserted({ text: cifar, at: 'self.conv2 = nn.Conv2d(6, 96, 5)' });
    expect(result).toBe(
      edited(
        cifar,
        cifarClass,
        [
          '        self.conv2 = nn.Conv2d(6, 96, 5)\n',
          '        self.conv2 = nn.Conv2d(6, 96, 5)\n        self.se = SqueezeExcite(96)\n',
        ],
        ['(F.relu(self.conv2(x)), 2)\n', '(F.relu(self.conv2(x)), 2)\n        x = self.se(x)\n'],
      ),
    );
    // 96 -> 6 -> 96: 2 * 576 weights and 6 + 96 biases.
    expect(plan.summary).toMatchObject({
      channels: { kind: 'number', value: 96 },
      hidden: 6,
      extraParameters: 1254,
      warnings: [],
    });
    expect(plan.summary.cost).toBe('Adds 1,254 parameters per block: 96 -> 6 -> 96, with biases.');
  });

  it('few channels: a smaller r, and why', () => {
    const { plan, result } = inserted({ text: cifar, at: 'self.conv1 = nn.Conv2d(3, 6, 5)' });
    expect(result).toContain('        self.se = SqueezeExcite(6, reduction=1)\n');
    expect(plan.summary).toMatchObject({ reduction: 1, hidden: 6, extraParameters: 2 * 36 + 12 });
    expect(plan.summary.warnings[0]).toContain('r = 16 would leave 1 hidden unit for 6 channels');
  });

  it('a layer that shares its line is wrapped where it stands', () => {
    const { result } = inserted({ text: messy, at: 'self.c2 = ' });
    const tabs = TORCH_CLASS.replace(/^( {4})+/gm, (blanks) => '\t'.repeat(blanks.length / 4));
    expect(result).toBe(
      edited(
        messy,
        ['import numpy as np\n', `import numpy as np\n\n\n${tabs}\n\n`],
        ['\t\tself.b2 = nn', '\t\tself.se = SqueezeExcite(ch*2)\n\t\tself.b2 = nn'],
        ['x = self.b2(self.c2(x));', 'x = self.b2(self.se(self.c2(x)));'],
      ),
    );
  });

  it.each([
    ['return self.fc2(x)', 'not-a-feature-map'],
    ['x = x.view(', 'no-site'],
    ['class LeNetLike', 'no-site'],
  ] as const)('nothing to do at %s', (at, code) => {
    expectRefusal({ text: cifar, at }, code);
  });

  it.each([
    ['self.c3 = nn.Conv2d(ch*2, 256', 'two definitions that disagree'],
    ['x + stage(x)', 'a layer out of a list'],
    ['return self.out(x)', 'the head'],
  ])('declines where the channels cannot be known: %s (%s)', (at) => {
    expectRefusal({ text: messy, at }, 'unknown-channels');
  });

  it('declines a constructor on one line', () => {
    expectRefusal({ text: messy, at: 'return x + self.f(x)' }, 'unsupported-shape');
  });
});

describe('PyTorch: chains of layers', () => {
  it('an element with a line of its own', () => {
    const { plan, result } = inserted({ text: vgg, at: 'nn.BatchNorm2d(64)' });
    expect(result).toBe(
      edited(vgg, vggClass, [
        '            nn.BatchNorm2d(64),\n',
        '            nn.BatchNorm2d(64),\n            SqueezeExcite(64),\n',
      ]),
    );
    expect(plan.summary).toMatchObject({ place: 'sequence-item', hidden: 4, extraParameters: 580 });
    expectRefusal({ text: result, at: 'nn.BatchNorm2d(64)' }, 'already-there');
    expectRefusal({ text: result, at: 'nn.Conv2d(3, 64' }, 'already-there');
  });

  it('the cursor before the element or in the comment behind it', () => {
    const expected = edited(cifar, cifarClass, [
      '            nn.BatchNorm2d(channels),  # end of the branch\n',
      '            nn.BatchNorm2d(channels),  # end of the branch\n            SqueezeExcite(channels),\n',
    ]);
    expect(inserted({ text: cifar, at: 'of the branch' }).result).toBe(expected);
    expect(inserted({ text: cifar, at: '            nn.BatchNorm2d(channels),  # end' }).result).toBe(
      expected,
    );
    expectRefusal({ text: expected, at: 'return F.relu(self.block' }, 'already-there');
  });

  it('an element that shares its line', () => {
    const { result } = inserted({ text: vgg, at: 'nn.Conv2d(64, 16, 3)' });
    expect(result).toBe(
      edited(vgg, vggClass, [
        'nn.Conv2d(64, 16, 3), nn.ReLU(),',
        'nn.Conv2d(64, 16, 3), SqueezeExcite(16, reduction=4), nn.ReLU(),',
      ]),
    );
  });

  it('the last element, with and without a trailing comma', () => {
    const open = edited(cifar, [
      'nn.BatchNorm2d(channels),  # end of the branch',
      'nn.BatchNorm2d(channels)  # end of the branch',
    ]);
    expect(inserted({ text: open, at: '# end of' }).result).toContain(
      '            nn.BatchNorm2d(channels),  # end of the branch\n            SqueezeExcite(channels)\n        )\n',
    );
  });

  it('a list that becomes a Sequential, and append', () => {
    expect(inserted({ text: vgg, at: 'layers += [conv2d' }).result).toContain(
      'layers += [conv2d, nn.BatchNorm2d(v), SqueezeExcite(v), nn.ReLU(inplace=True)]\n',
    );
    expect(inserted({ text: vgg, at: 'layers.append(nn.BatchNorm2d(48))' }).result).toContain(
      '    layers.append(nn.BatchNorm2d(48))\n    layers.append(SqueezeExcite(48, reduction=8))\n    layers.append(nn.ReLU())\n',
    );
  });

  it('a convolution before its normalisation: does it, and says what is usual', () => {
    const { plan, result } = inserted({ text: vgg, at: 'nn.Conv2d(3, 64' });
    expect(result).toContain(
      'nn.Conv2d(3, 64, 3, padding=1),\n            SqueezeExcite(64),\n            nn.BatchNorm2d(64),\n',
    );
    expect(plan.summary.warnings[0]).toContain('normalisation follows');
  });

  it.each([
    ['nn.Flatten()', 'not-a-feature-map'],
    ['nn.Linear(16', 'not-a-feature-map'],
    ['nn.MaxPool2d(kernel_size', 'unknown-channels'],
    ['CFG =', 'no-site'],
  ] as const)('declines at %s', (at, code) => {
    expectRefusal({ text: vgg, at }, code);
  });

  it('leaves a ModuleList alone: its order of calls is not known', () => {
    const text =
      'import torch.nn as nn\nclass A(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.convs = nn.ModuleList([nn.Conv2d(8, 8, 3)])\n    def forward(self, x):\n        return x\n';
    expectRefusal({ text, at: 'nn.Conv2d(8' }, 'no-site');
  });
});
