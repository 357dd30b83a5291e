/** Feature maps that pass through functions of the file, and SE blocks that have no name. */
import { describe, expect, it } from 'vitest';
import { SE_NAME } from '../../../src/core/editing/analysis/layerTable';
import { edited, expectRefusal, inserted, sample } from './planHarness';

const keras = sample('kerasWrappers.py');
const tfjs = sample('tfjsWrappers.ts');

describe('Keras, functions that apply layers', () => {
  it.each([
    ['y = layers.Add()([shortcut, y])', '    y = SqueezeExcite()(y)\n    y = layers.Add()([shortcut, y])\n'],
    ['return ops.add(x, y)', '    y = SqueezeExcite()(y)\n    return ops.add(x, y)\n'],
    ['x = conv_bn(inputs, 64)', 'x = conv_bn(inputs, 64)\nx = SqueezeExcite()(x)\n'],
    ['x = bn_relu(x)', 'x = bn_relu(x)\nx = SqueezeExcite()(x)\n'],
  ])('at %s', (at, expected) => {
    const { result } = inserted({ text: keras, at });
    expect(result).toContain(expected);
    expectRefusal({ text: result, at }, 'already-there');
  });

  it.each([
    ['y = layers.Add()([shortcut, y])', { kind: 'expression', text: 'filters' }],
    ['return ops.add(x, y)', { kind: 'expression', text: 'filters' }],
    ['x = conv_bn(inputs, 64)', { kind: 'number', value: 64 }],
    // bn_relu keeps what the unit before it gives.
    ['x = bn_relu(x)', { kind: 'number', value: 64 }],
  ] as const)('the channels at %s', (at, channels) => {
    expect(inserted({ text: keras, at }).plan.summary.channels).toEqual(channels);
  });

  it('a count that the function computes is found when the block is built', () => {
    const text = edited(keras, ['x = attention(x)\nx = layers', 'x = layers']);
    expect(inserted({ text, at: 'x = widen(x, 64)' }).plan.summary.channels).toEqual({ kind: 'inferred' });
  });

  it('not behind a function that has a residual addition: the block belongs inside', () => {
    expectRefusal({ text: keras, at: 'x = unit(x, 64)' }, 'no-site');
  });

  it('a variable of the same name is not the function', () => {
    const text = keras.replace('inputs = keras.Input', 'conv_bn = make()\ninputs = keras.Input');
    expectRefusal({ text, at: 'x = conv_bn(inputs, 64)' }, 'no-site');
  });
});

describe('an SE block without a name', () => {
  it.each([
    'return layers.add([x, y])\n\n\ndef written_out',
    'return layers.add([x, y])\n\n\ninputs',
    'x = attention(x)',
  ])('in Keras, at %s', (at) => {
    expectRefusal({ text: keras, at }, 'already-there');
  });

  const end = 'return layers.add([x, y])\n\n\ninputs';
  const pool = 'layers.GlobalAveragePooling2D(keepdims=True)(y)';

  it('but not without a squeeze', () => {
    const text = edited(keras, [pool, 'layers.MaxPooling2D(3, strides=1, padding="same")(y)']);
    expect(inserted({ text, at: end }).result).toContain(
      '    y = SqueezeExcite()(y)\n    return layers.add([x, y])\n\n\ninputs',
    );
  });

  // The product of two maps is nothing whose channels this command follows.
  it.each([
    ['the gate of another map', pool, 'layers.GlobalAveragePooling2D(keepdims=True)(x)'],
    ['another function of the two', 'layers.Multiply()([y, g])', 'layers.Maximum()([y, g])'],
  ])('but not with %s', (_name, from, to) => {
    expectRefusal({ text: edited(keras, [from, to]), at: end }, 'unknown-channels');
  });

  it('in tfjs', () => {
    const at = 'tf.layers.add().apply([x, y]) as tf.SymbolicTensor;\n}\n\nconst input';
    expectRefusal({ text: tfjs, language: 'typescript', at }, 'already-there');
  });

  const torch = (gate: string, use: string): string => `import torch
import torch.nn as nn
import torch.nn.functional as F
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(c, c // 4, 1)
        self.fc2 = nn.Conv2d(c // 4, c, 1)
        self.chain = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c // 4, 1), nn.ReLU(), nn.Conv2d(c // 4, c, 1), nn.Sigmoid())
        self.fc = nn.Sequential(nn.Linear(c, c // 4), nn.ReLU(), nn.Linear(c // 4, c), nn.Sigmoid())
    def forward(self, x):
        y = self.conv(x)
        b, c, _, _ = y.size()
        w = ${gate}
        ${use}
        return x + y
`;

  it.each([
    'torch.sigmoid(self.fc2(F.relu(self.fc1(self.pool(y)))))',
    'torch.sigmoid(self.fc2(F.relu(self.fc1(F.adaptive_avg_pool2d(y, 1)))))',
    'torch.sigmoid(self.fc2(F.relu(self.fc1(F.avg_pool2d(y, y.size(2))))))',
    'torch.sigmoid(self.fc2(F.relu(self.fc1(y.mean(dim=(2, 3), keepdim=True)))))',
    'self.chain(y)',
    'self.fc(self.pool(y).view(b, c)).view(b, c, 1, 1)',
    'self.fc(self.pool(y).flatten(1)).view(b, c, 1, 1).expand_as(y)',
  ])('in PyTorch: %s', (gate) => {
    for (const use of ['y = y * w', 'y = w * y', 'y *= w', 'y = torch.mul(y, w)'])
      expectRefusal({ text: torch(gate, use), at: 'return x + y' }, 'already-there');
  });

  it.each([
    'torch.sigmoid(self.fc2(F.relu(self.fc1(y))))',
    'torch.sigmoid(self.fc2(F.relu(self.fc1(F.avg_pool2d(y, 2)))))',
  ])('no SE block, for it does not squeeze: %s', (gate) => {
    expect(inserted({ text: torch(gate, 'y = y * w'), at: 'return x + y' }).result).toContain(
      '        y = self.se(y)\n        return x + y\n',
    );
  });

  it('in Flax, and in a module of the file that is called something else', () => {
    const text = `import jax.numpy as jnp
from flax import linen as nn
class Recalibrate(nn.Module):
  @nn.compact
  def __call__(self, x):
    w = jnp.mean(x, axis=(1, 2), keepdims=True)
    w = nn.relu(nn.Dense(x.shape[-1] // 8)(w))
    return x * nn.sigmoid(nn.Dense(x.shape[-1])(w))
class Unit(nn.Module):
  @nn.compact
  def __call__(self, x):
    y = nn.Conv(64, (3, 3))(x)
    y = Recalibrate()(y)
    return x + y
`;
    expectRefusal({ text, at: 'return x + y' }, 'already-there');
    const plain = text.replace('return x * nn.sigmoid(nn.Dense(x.shape[-1])(w))', 'return nn.relu(x)');
    expect(inserted({ text: plain, at: 'return x + y' }).result).toContain('    y = SqueezeExcite()(y)\n');
  });
});

describe('tfjs, functions that apply layers', () => {
  const ts = { text: tfjs, language: 'typescript' } as const;

  it('the type that the function gives stays', () => {
    expect(inserted({ ...ts, at: 'let stem' }).result).toContain(
      'let stem = convBn(input, 64);\nstem = new SqueezeExcite().apply(stem) as tf.SymbolicTensor;\n',
    );
    const constant = edited(tfjs, [
      'let stem = convBn(input, 64);\nstem = unit(stem, 64);',
      'const stem = convBn(input, 64);',
    ]);
    expect(inserted({ ...ts, text: constant, at: 'const stem' }).result).toContain(
      'const stem = new SqueezeExcite().apply(convBn(input, 64)) as tf.SymbolicTensor;\n',
    );
  });

  it('before the addition', () => {
    const { plan, result } = inserted({ ...ts, at: 'export function unit' });
    expect(plan.summary.channels).toEqual({ kind: 'expression', text: 'filters' });
    expect(result).toContain(
      '.apply([x, new SqueezeExcite().apply(y) as tf.SymbolicTensor]) as tf.SymbolicTensor;',
    );
  });

  it('arrow functions, and options that the call writes out', () => {
    const text = `import * as tf from '@tensorflow/tfjs';
const block = (x, options) => {
  let y = tf.layers.conv2d({ filters: options.filters, kernelSize: 3 }).apply(x);
  return tf.layers.reLU().apply(y);
};
export function stem(x) {
  let y = block(x, { filters: 48 });
  return y;
}
`;
    const { plan } = inserted({ text, language: 'javascript', at: 'let y = block' });
    expect(plan.summary.channels).toEqual({ kind: 'number', value: 48 });
  });
});

describe('names of SE blocks', () => {
  it.each(
    (
      'SE SELayer SEBlock SEModule SEUnit SELayer2d SEBlock2D SqueezeExcitation SqueezeExcite SqueezeExcite2 EffectiveSEModule se_layer se se2 se_block ' +
      'se_module1 squeeze_excite squeeze_excitation_block ChannelSELayer SqueezeAndExcitation2D SqueezeAndExcite2D cSE eSEModule SEAttention'
    ).split(' '),
  )('%s is one', (name) => {
    expect(SE_NAME.test(name)).toBe(true);
  });

  it.each(
    (
      'SEARCH Search self set seq seed second segment SENet SEResNet SEBottleneck SEBasicBlock se_resnet50 SEGBlock BaseModule DenseLayer dense_block ' +
      'NoiseLayer base_layer phase use_se case ResponseGate SETTINGS Sequential Squeeze squeeze excite SpatialSELayer'
    ).split(' '),
  )('%s is none', (name) => {
    expect(SE_NAME.test(name)).toBe(false);
  });

  it('a network called SENet can have a block', () => {
    const text = `import torch.nn as nn
class SENet(nn.Module):
    def __init__(self, SEARCH):
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 3)
        self.SEARCH = SEARCH
    def forward(self, x):
        x = self.stem(x)
        return self.SEARCH(x)
`;
    expect(inserted({ text, at: 'x = self.stem(x)' }).result).toContain(
      '        self.se = SqueezeExcite(64)\n',
    );
  });
});
