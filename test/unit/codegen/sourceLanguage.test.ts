import { expect, it } from 'vitest';
import {
  FRAMEWORK_NAMES,
  frameworksOf,
  importsFramework,
  SOURCE_LANGUAGE_IDS,
  sourceLanguageOf,
} from '../../../src/core/codegen/sourceLanguage';

it('knows the language of an editor, and which it cannot write', () => {
  expect(Object.fromEntries(SOURCE_LANGUAGE_IDS.map((id) => [id, sourceLanguageOf(id)]))).toEqual({
    python: 'python',
    typescript: 'typescript',
    typescriptreact: 'typescript',
    javascript: 'javascript',
    javascriptreact: 'javascript',
  });
  expect(sourceLanguageOf('rust')).toBeUndefined();
});

it.each([
  ['import torch.nn as nn\n', ['pytorch']],
  ['from keras import layers\n', ['keras']],
  ['import tensorflow as tf\nfrom flax import linen as nn\n', ['keras', 'flax-linen']],
  ['import flax.linen as nn\n', ['flax-linen']],
  ['import flax\nx = flax.linen.Dense(3)\n', ['flax-linen']],
  ['from flax import nnx\n', ['flax-nnx']],
  ['from flax.experimental import nnx\n', ['flax-nnx']],
  ['import torchvision_like\n# from torch import nn\nlinen = 3\n', []],
] as const)('%j imports %j', (text, frameworks) => {
  expect(frameworksOf('python').filter((framework) => importsFramework(text, framework))).toEqual(frameworks);
});

it('every framework has a name for people', () => {
  expect(frameworksOf('python').map((framework) => FRAMEWORK_NAMES[framework])).toEqual([
    'PyTorch',
    'Keras',
    'Flax (linen)',
    'Flax (nnx)',
  ]);
});
