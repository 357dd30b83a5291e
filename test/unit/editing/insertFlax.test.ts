import { describe, expect, it } from 'vitest';
import { edited, expectRefusal, inserted, sample } from './planHarness';

const linen = sample('flaxLinen.py');
const nnx = sample('flaxNnx.py');

/** The linen definition as a person would write it down from the paper (average, sigmoid, biases). */
const LINEN_CLASS = `class SqueezeExcite(nn.Module):
  """Squeeze-and-Excitation (Hu et al., arXiv 1709.01507): scales each channel by a learnt gate."""

  reduction: int = 16

  @nn.compact
  def __call__(self, x):
    channels = x.shape[-1]
    hidden = max(1, channels // self.reduction)
    scale = x.mean(axis=(1, 2), keepdims=True)  # squeeze: [N, H, W, C] -> [N, 1, 1, C]
    scale = nn.relu(nn.Dense(hidden, use_bias=True)(scale))
    scale = nn.Dense(channels, use_bias=True)(scale)  # excitation: C -> C/r -> C
    return x * nn.sigmoid(scale).astype(x.dtype)
`;

const NNX_CLASS = `class SqueezeExcite(nnx.Module):
    """Squeeze-and-Excitation (Hu et al., arXiv 1709.01507): scales each channel by a learnt gate."""

    def __init__(self, channels, reduction=16, *, rngs):
        hidden = max(1, channels // reduction)
        self.fc1 = nnx.Linear(channels, hidden, use_bias=True, rngs=rngs)
        self.fc2 = nnx.Linear(hidden, channels, use_bias=True, rngs=rngs)

    def __call__(self, x):
        scale = x.mean(axis=(1, 2), keepdims=True)  # squeeze: [N, H, W, C] -> [N, 1, 1, C]
        scale = self.fc2(nnx.relu(self.fc1(scale)))  # excitation: C -> C/r -> C
        return x * nnx.sigmoid(scale).astype(x.dtype)
`;

const linenClass = [
  'from flax import linen as nn\n\nModuleDef',
  `from flax import linen as nn\n\n\n${LINEN_CLASS}\n\nModuleDef`,
] as const;
const nnxClass = ['from flax import nnx\n', `from flax import nnx\n\n\n${NNX_CLASS}`] as const;

describe('Flax linen, layers made where they are called', () => {
  const unit = edited(linen, linenClass, [
    '    return self.act(residual + y)\n',
    '    y = SqueezeExcite()(y)\n    return self.act(residual + y)\n',
  ]);

  it.each(['return self.act(residual + y)', 'y = self.conv(self.filters, (3, 3))(y)', 'conv: ModuleDef\n'])(
    'before the addition, from `%s`',
    (at) => {
      const { plan, result } = inserted({ text: linen, at });
      expect(result).toBe(unit);
      expect(plan.summary).toMatchObject({
        framework: 'flax-linen',
        place: 'residual-end',
        where: 'before `return self.act(residual + y)` in ResidualUnit.__call__',
        channels: { kind: 'expression', text: 'self.filters' },
        className: 'SqueezeExcite',
      });
      expectRefusal({ text: unit, at }, 'already-there');
    },
  );

  it('the branch among the operands', () => {
    expect(inserted({ text: linen, at: 'x = x + y' }).result).toBe(
      edited(linen, linenClass, ['    x = x + y\n', '    x = x + SqueezeExcite()(y)\n']),
    );
  });

  it('behind the layer at the cursor, made through partial of a field', () => {
    const { plan, result } = inserted({ text: linen, at: "norm(name='bn_init')" });
    expect(result).toBe(
      edited(linen, linenClass, [
        "    x = norm(name='bn_init')(x)\n",
        "    x = norm(name='bn_init')(x)\n    x = SqueezeExcite()(x)\n",
      ]),
    );
    expect(plan.summary).toMatchObject({
      place: 'after-layer',
      channels: { kind: 'expression', text: 'self.num_filters' },
    });
    expectRefusal({ text: result, at: "norm(name='bn_init')" }, 'already-there');
  });

  it('uses its own class again', () => {
    const twice = inserted({ text: unit, at: 'x = x + y' });
    expect(twice.plan.summary.definition).toBe('reused');
    expect(twice.result.split('class SqueezeExcite').length).toBe(2);
  });

  it('another reduction is a field', () => {
    const { result } = inserted({ text: linen, at: 'x = x + y', options: { reduction: 8 } });
    expect(result).toContain('    x = x + SqueezeExcite(reduction=8)(y)\n');
  });

  it.each([
    ['x = nn.Dense(self.num_classes)', 'not-a-feature-map'],
    ['x = jnp.mean', 'no-site'],
  ] as const)('declines at %s', (at, code) => {
    expectRefusal({ text: linen, at }, code);
  });
});

describe('Flax linen, layers made in setup', () => {
  const expected = edited(
    linen,
    linenClass,
    [
      '    self.conv2 = nn.Conv(self.features, (3, 3), use_bias=False)\n',
      '    self.conv2 = nn.Conv(self.features, (3, 3), use_bias=False)\n    self.se = SqueezeExcite()\n',
    ],
    ['    y += x\n', '    y = self.se(y)\n    y += x\n'],
  );

  it.each(['y += x', 'self.norm2 = nn', 'features: int = 64'])('from `%s`', (at) => {
    expect(inserted({ text: linen, at }).result).toBe(expected);
    expectRefusal({ text: expected, at }, 'already-there');
  });

  it('a field called se keeps its name', () => {
    const text = linen.replace('features: int = 64\n', 'features: int = 64\n  se: bool = True\n');
    expect(inserted({ text, at: 'y += x' }).result).toContain('    self.se2 = SqueezeExcite()\n');
  });
});

it('Flax linen, a list of layers with functions among them', () => {
  const { plan, result } = inserted({ text: linen, at: 'nn.GroupNorm(num_groups=4)' });
  expect(result).toBe(
    edited(linen, linenClass, [
      '    nn.GroupNorm(num_groups=4),\n',
      '    nn.GroupNorm(num_groups=4),\n    SqueezeExcite(reduction=8),\n',
    ]),
  );
  expect(plan.summary).toMatchObject({ channels: { kind: 'number', value: 32 }, hidden: 4 });
  expectRefusal({ text: result, at: 'nn.Conv(features=32' }, 'already-there');
  expectRefusal({ text: linen, at: 'nn.Dense(num_classes)' }, 'not-a-feature-map');
});

describe('Flax nnx', () => {
  const conv2 =
    '        self.conv2 = nnx.Conv(out_features, out_features, kernel_size=(3, 3), use_bias=False, rngs=rngs)\n';
  const bn2 = '        self.bn2 = nnx.BatchNorm(out_features, rngs=rngs)\n';
  const expected = edited(
    nnx,
    nnxClass,
    [bn2, `${bn2}        self.se = SqueezeExcite(out_features, rngs=rngs)\n`],
    [
      '        return nnx.relu(x + identity)\n',
      '        x = self.se(x)\n        return nnx.relu(x + identity)\n',
    ],
  );

  it.each(['return nnx.relu(x + identity)', conv2.trim(), 'class Block'])(
    'a residual block, from `%s`',
    (at) => {
      const { plan, result } = inserted({ text: nnx, at });
      expect(result).toBe(expected);
      expect(plan.summary).toMatchObject({
        framework: 'flax-nnx',
        place: 'residual-end',
        channels: { kind: 'expression', text: 'out_features' },
        definition: 'inserted',
      });
      expectRefusal({ text: expected, at }, 'already-there');
    },
  );

  it('takes the keys by the name that the layer beside it has for them', () => {
    expect(inserted({ text: nnx, at: 'self.conv = nnx.Conv' }).result).toContain(
      '(3, 3), rngs=keys)\n        self.se = SqueezeExcite(channels_out, rngs=keys)\n',
    );
  });

  it('a module of the file as a layer: its channels are its argument', () => {
    const { plan, result } = inserted({ text: nnx, at: 'x = self.first(x)', options: { reduction: 4 } });
    expect(plan.summary.channels).toEqual({ kind: 'expression', text: 'width' });
    expect(result).toContain(
      '        self.first = ConvNorm(3, width, keys=rngs)\n        self.se = SqueezeExcite(width, reduction=4, rngs=rngs)\n',
    );
    expect(result).toContain('        x = self.first(x)\n        x = self.se(x)\n');
  });

  it('an element of nnx.Sequential', () => {
    const { plan, result } = inserted({ text: nnx, at: '96, kernel_size' });
    expect(result).toBe(
      edited(nnx, nnxClass, [
        '            nnx.Conv(2 * width, 96, kernel_size=(3, 3), rngs=rngs),\n',
        '            nnx.Conv(2 * width, 96, kernel_size=(3, 3), rngs=rngs),\n            SqueezeExcite(96, rngs=rngs),\n',
      ]),
    );
    expect(plan.summary).toMatchObject({ hidden: 6, extraParameters: 1254 });
  });

  it('channels through functions and partial in the list', () => {
    const { plan } = inserted({ text: nnx, at: 'partial(nnx.max_pool' });
    expect(plan.summary.channels).toEqual({ kind: 'expression', text: '2 * width' });
  });

  it.each([
    ['return self.head(x)', 'not-a-feature-map'],
    ['self.conv = conv(16, 16)', 'unsupported-shape'],
  ] as const)('declines at %s', (at, code) => {
    expectRefusal({ text: nnx, at }, code);
  });
});

describe('which Flax', () => {
  const unit = (nn: string): string => `


class Unit(${nn}.Module):
    @${nn}.compact
    def __call__(self, x):
        y = ${nn}.Conv(64, (3, 3))(x)
        return y + x
`;

  it.each([
    ['from flax import linen as nn\n', 'nn'],
    ['import flax.linen as nn\n', 'nn'],
    ['from flax import linen\n', 'linen'],
    ['import flax.linen\n', 'flax.linen'],
    ['import flax\n', 'flax.linen'],
    ['import jax\nimport flax.linen as fnn\n', 'fnn'],
  ])('%j: the class says %s', (imports, namespace) => {
    const { plan, result } = inserted({ text: imports + unit(namespace), at: 'return y + x' });
    expect(plan.summary.framework).toBe('flax-linen');
    expect(result).toContain(`class SqueezeExcite(${namespace}.Module):`);
    expect(result).toContain('        y = SqueezeExcite()(y)\n        return y + x\n');
  });

  it('adds the one import that is missing', () => {
    const text = `from flax.linen import compact, Conv, Module${unit('nn').replace(/nn\./g, '')}`;
    expect(inserted({ text, at: 'return y + x' }).result).toContain(
      'from flax.linen import compact, Conv, Module\nfrom flax import linen as nn\n\n\nclass SqueezeExcite(nn.Module):',
    );
    const module = `from flax.nnx import Module, Conv\n\n\nclass Unit(Module):\n    def __init__(self, c, rngs):\n        self.conv = Conv(c, c, (3, 3), rngs=rngs)\n\n    def __call__(self, x):\n        return x + self.conv(x)\n`;
    const { result } = inserted({ text: module, at: 'return x' });
    expect(result).toContain(
      'import Module, Conv\nfrom flax import nnx\n\n\nclass SqueezeExcite(nnx.Module):',
    );
    expect(result).toContain('        return x + self.se(self.conv(x))\n');
  });

  it('nnx from where it was at first', () => {
    const text = nnx.replace('from flax import nnx', 'from flax.experimental import nnx');
    expect(inserted({ text, at: 'class Block' }).plan.summary.framework).toBe('flax-nnx');
  });

  it('asks where a file has both, and takes the answer', () => {
    const text = `from flax import nnx\n${linen}`;
    expectRefusal({ text, at: 'x = x + y' }, 'several-frameworks');
    expect(inserted({ text, at: 'x = x + y', framework: 'flax-linen' }).plan.summary.framework).toBe(
      'flax-linen',
    );
  });

  it('TensorFlow for the data is no Keras, and flax alone no framework', () => {
    const text = `import tensorflow as tf\n${linen}`;
    expect(inserted({ text, at: 'x = x + y' }).plan.summary.framework).toBe('flax-linen');
    expectRefusal({ text: 'import flax\nx = 1\n', at: 'x' }, 'no-framework');
  });

  it.each([
    [{ gate: 'hard-sigmoid' }, 'nn.hard_sigmoid(scale)'],
    [{ gate: 'tanh' }, 'nn.tanh(scale)'],
    [{ gate: 'relu' }, 'nn.relu(scale)'],
    [{ squeeze: 'max' }, 'x.max(axis=(1, 2), keepdims=True)'],
    [{ bias: false }, 'nn.Dense(hidden, use_bias=False'],
  ] as const)('%j', (options, text) => {
    expect(inserted({ text: linen, at: 'x = x + y', options }).result).toContain(text);
    expect(inserted({ text: nnx, at: 'class Block', options }).result).toContain(
      text.replace('nn.Dense(hidden', 'nnx.Linear(channels, hidden').replace('nn.', 'nnx.'),
    );
  });
});
