import { describe, expect, it } from 'vitest';
import { planInsert } from '../../../src/core/editing/planInsert';
import { ask, edited, expectRefusal, inserted, PAPER_OPTIONS, sample, TORCH_CLASS } from './planHarness';

const cifar = sample('torchCifarBlocks.py');
const BLOCK = `class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)
        self.bn = nn.BatchNorm2d(c)

    def forward(self, x):
        out = self.bn(self.conv(x))
        return out + x
`;
const FILE = `import torch.nn as nn\n\n\n${BLOCK}`;
const at = 'return out + x';

describe('which framework', () => {
  it.each([
    ['import torch.nn as nn\n', 'nn', ''],
    ['from torch import nn\n', 'nn', ''],
    ['import torch.nn as N\n', 'N', ''],
    ['import torch\nnn = torch.nn\n', 'torch.nn', ''],
    ['import torch\nimport torch.nn\nnn = torch.nn\n', 'torch.nn', ''],
    ['try:\n    import torch.nn as nn\nexcept ImportError:\n    nn = None\n', 'nn', ''],
    ['from torch.nn import Module\n', 'nn', 'from torch import nn\n'],
  ])('%j: the class says %s', (imports, namespace, addition) => {
    const body =
      namespace === 'N'
        ? BLOCK.replace(/\bnn\./g, 'N.')
        : addition
          ? BLOCK.replace(/nn\.Module/, 'Module')
          : BLOCK;
    const text = `${imports}\n\n${addition ? body.replace(/nn\.(Conv2d|BatchNorm2d)/g, '$1').replace('from', 'from') : body}`;
    const source = addition ? text.replace('import Module', 'import Module, Conv2d, BatchNorm2d') : text;
    const { result, plan } = inserted({ text: source, at });
    expect(plan.summary.framework).toBe('pytorch');
    expect(result).toContain(`class SqueezeExcite(${namespace}.Module):`);
    expect(result).toContain('self.se = SqueezeExcite(c)\n');
    if (addition) expect(result).toContain(`BatchNorm2d\n${addition}\n\nclass SqueezeExcite`);
  });

  it('asks where two are imported, and takes the answer', () => {
    const text = `import tensorflow.keras as keras\n${FILE}`;
    expect(expectRefusal({ text, at }, 'several-frameworks')).toContain('PyTorch and Keras');
    expect(inserted({ text, at, framework: 'pytorch' }).plan.summary.framework).toBe('pytorch');
  });

  it('TensorFlow alone is no Keras until tf.keras is used', () => {
    expect(inserted({ text: `import tensorflow as tf\n${FILE}`, at }).plan.summary.framework).toBe('pytorch');
    expectRefusal({ text: 'import tensorflow as tf\nx = tf.zeros(3)\n', at: 'x =' }, 'no-framework');
    const keras =
      'import tensorflow as tf\ninputs = tf.keras.Input((8, 8, 3))\nx = tf.keras.layers.Conv2D(64, 3)(inputs)\n';
    const { result } = inserted({ text: keras, at: 'x =' });
    expect(result).toContain('class SqueezeExcite(tf.keras.layers.Layer):');
    expect(result.endsWith('(inputs)\nx = SqueezeExcite()(x)\n')).toBe(true);
  });

  it.each([
    ['python', 'x = 1\n', 'class ${1:SqueezeExcite}(nn.Module):'],
    ['typescript', 'const x = 1;\n', 'extends tf.layers.Layer'],
  ] as const)('none in %s: a reason and the snippet', (language, text, snippet) => {
    expectRefusal({ text, language, at: text.slice(0, 1) }, 'no-framework');
    const answer = ask({ text, language, at: text.slice(0, 1) });
    expect(!answer.ok && answer.fallback).toContain(snippet);
  });
});

describe('names', () => {
  it('leaves a class of the user alone, whatever it does', () => {
    const own =
      'class SqueezeExcite(nn.Module):\n    def __init__(self, planes, ratio):\n        super().__init__()\n';
    const { result, plan } = inserted({ text: `import torch.nn as nn\n\n\n${own}\n\n${BLOCK}`, at });
    expect(plan.summary).toMatchObject({ className: 'SqueezeExcite2', definition: 'inserted' });
    expect(result).toContain('class SqueezeExcite2(nn.Module):');
    expect(result).toContain('self.se = SqueezeExcite2(c)\n');
    expect(result).toContain(own);
  });

  it('an imported SqueezeExcite is not ours either', () => {
    const { plan } = inserted({ text: `from timm.layers import SqueezeExcite\n${FILE}`, at });
    expect(plan.summary.className).toBe('SqueezeExcite2');
  });

  it('takes its own class in another layout, and not with other options', () => {
    const reformatted = TORCH_CLASS.replace(/"""[^"]*"""\n\n/, '"""Mine now."""\n')
      .replace(
        'kernel_size=1, bias=True)\n        self.relu',
        'kernel_size=1, bias=True,)  # reduce\n        self.relu',
      )
      .replace(/ {2}# (squeeze|excitation).*/g, '');
    const text = `import torch.nn as nn\n\n\n${reformatted}\n\n${BLOCK}`;
    expect(inserted({ text, at }).plan.summary).toMatchObject({
      className: 'SqueezeExcite',
      definition: 'reused',
    });
    const tanh = inserted({ text, at, options: { gate: 'tanh' } });
    expect(tanh.plan.summary).toMatchObject({ className: 'SqueezeExcite2', definition: 'inserted' });
    expect(tanh.result).toContain('self.gate = nn.Tanh()');
  });

  it('does not overwrite an attribute called se', () => {
    const text = FILE.replace('self.bn = nn', 'self.se = nn.Identity()\n        self.bn = nn');
    expect(inserted({ text, at }).result).toContain('self.se2 = SqueezeExcite(c)\n');
  });

  it.each(['SELayer(c)', 'timm.SqueezeExcite(c)', 'SEModule(c, 8)', 'SqueezeExcitation(c, c)'])(
    'knows %s as an SE block',
    (make) => {
      const text = edited(
        FILE,
        ['        self.bn = nn', `        self.attention = ${make}\n        self.bn = nn`],
        ['        return out', '        out = self.attention(out)\n        return out'],
      );
      expectRefusal({ text, at }, 'already-there');
    },
  );

  it('knows an SE block that is multiplied in', () => {
    const text = edited(
      FILE,
      ['        self.bn = nn', '        self.gate = SEBlock(c)\n        self.bn = nn'],
      ['        return out', '        out = out * self.gate(out)\n        return out'],
    );
    expectRefusal({ text, at }, 'already-there');
  });

  it('does not put an SE block into an SE block', () => {
    expectRefusal(
      { text: `import torch.nn as nn\n\n\n${TORCH_CLASS}`, at: 'scale = self.gate' },
      'already-there',
    );
  });
});

describe('style', () => {
  const expected = inserted({ text: FILE, at }).result;

  it('CRLF', () => {
    const crlf = (text: string): string => text.replace(/\n/g, '\r\n');
    const { result } = inserted({ text: crlf(FILE), at });
    expect(result).toBe(crlf(expected));
  });

  it.each([
    ['tabs', '\t'],
    ['two spaces', '  '],
  ])('%s', (_name, indent) => {
    const reindent = (text: string): string =>
      text.replace(/^( {4})+/gm, (blanks) => indent.repeat(blanks.length / 4));
    expect(inserted({ text: reindent(FILE), at }).result).toBe(reindent(expected));
  });

  it('no line end after the last line', () => {
    expect(inserted({ text: FILE.trimEnd(), at }).result).toBe(expected.trimEnd());
  });

  it('keeps other blank lines and adds only those that are missing', () => {
    for (const blanks of ['\n', '\n\n', '\n\n\n', '\n\n\n\n\n']) {
      const { result } = inserted({ text: `import torch.nn as nn${blanks}${BLOCK}`, at });
      const after = blanks.length < 3 ? '\n\n\n' : blanks;
      expect(
        result.startsWith(`import torch.nn as nn\n\n\n${TORCH_CLASS.trimEnd()}${after}class Block`),
      ).toBe(true);
    }
  });

  it('the import shares its line with a comment and another import', () => {
    const { result } = inserted({ text: `import os; import torch.nn as nn  # both\n\n\n${BLOCK}`, at });
    expect(result.startsWith('import os; import torch.nn as nn  # both\n\n\nclass SqueezeExcite')).toBe(true);
  });

  it('characters outside the basic plane before the site do not shift it', () => {
    const { result } = inserted({ text: FILE.replace('class Block', '# 🧠 größer\nclass Block'), at });
    expect(result).toContain('        out = self.se(out)\n        return out + x\n');
  });
});

describe('options', () => {
  it.each([
    [{ gate: 'hard-sigmoid' }, 'self.gate = nn.Hardsigmoid()'],
    [{ gate: 'tanh' }, 'self.gate = nn.Tanh()'],
    [{ gate: 'relu' }, 'self.gate = nn.ReLU()'],
    [{ squeeze: 'max' }, 'x.amax(dim=(2, 3), keepdim=True)'],
    [{ bias: false }, 'kernel_size=1, bias=False)'],
    [{ reduction: 8 }, 'self.se = SqueezeExcite(c, reduction=8)\n'],
  ] as const)('%j', (options, text) => {
    expect(inserted({ text: FILE, at, options }).result).toContain(text);
  });

  it('warns with the numbers of the paper', () => {
    const warnings = (options: Partial<typeof PAPER_OPTIONS>): string =>
      inserted({ text: FILE, at, options }).plan.summary.warnings.join('\n');
    expect(warnings({ gate: 'relu' })).toMatch(/23\.47%.*22\.28%.*23\.30%/);
    expect(warnings({ gate: 'tanh' })).toContain('23.00%');
    expect(warnings({ squeeze: 'max' })).toContain('22.57%');
    expect(warnings({})).not.toContain('Table');
  });

  it('without biases the cost is 2 C h', () => {
    const { plan } = inserted({
      text: cifar,
      at: 'self.conv2 = nn.Conv2d(6, 96, 5)',
      options: { bias: false },
    });
    expect(plan.summary).toMatchObject({ hidden: 6, extraParameters: 1152 });
    expect(plan.summary.cost).toContain('without biases');
  });
});

describe('meaning is kept', () => {
  const js = (body: string): string =>
    `import * as tf from '@tensorflow/tfjs';\n\nexport function block(x, skip) {\n${body}  return x;\n}\n`;
  const conv = 'tf.layers.conv2d({ filters: 64, kernelSize: 3 })';

  it('a branch variable that is returned as well is wrapped, not overwritten', () => {
    const text = FILE.replace('return out + x', 'return out + x, out');
    expect(inserted({ text, at: 'return out + x' }).result).toContain(
      '        return self.se(out) + x, out\n',
    );
  });

  it('an `if` without braces keeps its one statement', () => {
    const text = js(`  if (skip)\n    x = ${conv}.apply(x);\n`);
    expect(inserted({ text, language: 'javascript', at: 'x = tf' }).result).toContain(
      `  if (skip)\n    x = new SqueezeExcite().apply(${conv}.apply(x));\n  return x;\n`,
    );
  });

  it('the first of two declarations is wrapped, because the second reads it', () => {
    const text = js(`  let a = ${conv}.apply(x), b = ${conv}.apply(a);\n`);
    expect(inserted({ text, language: 'javascript', at: 'let a' }).result).toContain(
      `  let a = new SqueezeExcite().apply(${conv}.apply(x)), b = ${conv}.apply(a);\n`,
    );
  });

  it('statements on one line: wrapped or refused', () => {
    const wrapped = FILE.replace(
      'out = self.bn(self.conv(x))\n        return out + x',
      'out = self.bn(self.conv(x)); return out + x',
    );
    expect(inserted({ text: wrapped, at }).result).toContain('; return self.se(out) + x\n');
    const inPlace = FILE.replace('        return out + x', '        y = 1; out += x\n        return out');
    expectRefusal({ text: inPlace, at: 'out += x' }, 'unsupported-shape');
  });

  it('a layer applied only sometimes keeps the channels', () => {
    const text = edited(
      FILE,
      ['        self.bn = nn', '        self.drop = make_drop()\n        self.bn = nn'],
      [
        '        return out',
        '        if self.drop is not None:\n            out = self.drop(out)\n        return out',
      ],
    );
    expect(inserted({ text, at }).result).toContain('        self.se = SqueezeExcite(c)\n');
  });

  it('an attention that multiplies its own input keeps the channels; a product of two branches is not followed', () => {
    const scaled = edited(
      FILE,
      ['        self.bn = nn', '        self.att = Attention(c)\n        self.bn = nn'],
      ['        return out', '        out = self.att(out) * out\n        return out'],
    );
    expect(inserted({ text: scaled, at }).result).toContain(
      '        out = self.att(out) * out\n        out = self.se(out)\n',
    );
    const product = edited(
      FILE,
      ['        self.bn = nn', '        self.other = nn.Conv2d(3, 3, 1)\n        self.bn = nn'],
      ['        return out', '        out = self.other(x) * out\n        return out'],
    );
    expectRefusal({ text: product, at }, 'unknown-channels');
  });

  it('an addition of numbers or of unrelated tensors is no residual addition', () => {
    const text = FILE.replace('return out + x', 'return out.view(out.size(0) + 1, -1)');
    expectRefusal({ text, at: 'return out.view' }, 'no-site');
    expectRefusal({ text: FILE.replace('out + x', 'out + self.other()'), at: 'class Block' }, 'no-site');
  });

  it('a list that is extended and becomes a Sequential', () => {
    const text =
      'import torch.nn as nn\ndef f(c):\n    layers = []\n    layers.extend([\n        nn.Conv2d(c, 2 * c, 1),\n        nn.BatchNorm2d(2 * c),\n    ])\n    return nn.Sequential(*layers)\n';
    expect(inserted({ text, at: 'nn.BatchNorm2d' }).result).toContain(
      '        nn.BatchNorm2d(2 * c),\n        SqueezeExcite(2 * c),\n    ])\n',
    );
    expectRefusal(
      { text: text.replace('nn.Sequential(*layers)', 'layers'), at: 'nn.BatchNorm2d' },
      'no-site',
    );
  });

  it('numbers like `0.` are no syntax error', () => {
    const text = FILE.replace('def __init__(self, c):', 'def __init__(self, c, drop=0., eps=1.e-5):');
    expect(inserted({ text, at }).result).toContain('drop=0., eps=1.e-5):\n');
  });
});

describe('refusals', () => {
  it('a syntax error in the block', () => {
    expectRefusal(
      { text: FILE.replace('return out + x', 'return out + x + ('), at: 'return out' },
      'syntax-error',
    );
    expectRefusal(
      { text: FILE.replace('self.conv = nn.Conv2d(c, c', 'self.conv = = nn.Conv2d(c, c'), at },
      'syntax-error',
    );
    expectRefusal(
      { text: FILE.replace('class Block(nn.Module):', 'class Block(nn.Module:'), at },
      'syntax-error',
    );
  });

  it('a syntax error elsewhere does not matter', () => {
    const { result } = inserted({ text: `${FILE}\n\ndef broken(:\n    pass\n`, at });
    expect(result).toContain('        out = self.se(out)\n        return out + x\n');
  });

  it('a cursor in a comment or docstring of the block counts as in the block', () => {
    const text = FILE.replace('    def forward', '    # the forward pass\n    def forward').replace(
      'class Block(nn.Module):\n',
      'class Block(nn.Module):\n    """A block."""\n',
    );
    const { result } = inserted({ text, at: 'the forward pass' });
    expect(result).toContain('        out = self.se(out)\n');
    expect(inserted({ text, at: 'A block.' }).result).toBe(result);
  });

  it('a cursor outside of any block', () => {
    expectRefusal({ text: `${FILE}\n\n# nothing here\n`, at: '# nothing' }, 'no-site');
  });

  it.each([
    [
      'loop variable as channels',
      'for c in [8]:\n            self.bn = nn.BatchNorm2d(c)',
      'unsupported-shape',
    ],
    [
      'channels set in one branch only',
      'if c > 3:\n            d = c\n            self.bn = nn.BatchNorm2d(d)',
      'unknown-channels',
    ],
    ['layers from a factory', 'self.bn = make_norm(c)', 'unknown-channels'],
    ['arguments spread', 'self.bn = nn.GroupNorm(*c)\n        self.conv = nn.Conv2d(*c)', 'unknown-channels'],
  ] as const)('%s', (_name, line, code) => {
    expectRefusal({ text: FILE.replace('self.bn = nn.BatchNorm2d(c)', line), at }, code);
  });

  it('a request that makes no sense', () => {
    const request = { text: FILE, language: 'python', offset: 5, options: PAPER_OPTIONS } as const;
    const code = (answer: ReturnType<typeof planInsert>): string => (answer.ok ? 'ok' : answer.reason.code);
    expect(code(planInsert({ ...request, offset: -1 }))).toBe('invalid-request');
    expect(code(planInsert({ ...request, offset: FILE.length + 1 }))).toBe('invalid-request');
    expect(code(planInsert({ ...request, offset: Number.NaN }))).toBe('invalid-request');
    expect(code(planInsert({ ...request, options: { ...PAPER_OPTIONS, reduction: 0 } }))).toBe(
      'invalid-request',
    );
    expect(code(planInsert({ ...request, framework: 'tfjs' }))).toBe('invalid-request');
  });
});
