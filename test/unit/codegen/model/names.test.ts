import { describe, expect, it } from 'vitest';
import { generateModel, MODEL_FRAMEWORKS } from '../../../../src/core/codegen/model/generateModel';
import { commentName, snakeName } from '../../../../src/core/codegen/model/sourceNames';
import { specNamed } from './modelCases';

describe('snakeName', () => {
  it.each([
    ['SE-ResNet-20, quick', 'se_resnet_20_quick'],
    ['  Übergroß  ', 'ubergro'],
    ['网络', 'model'],
    ['164', 'model_164'],
    ['x'.repeat(80), 'x'.repeat(60)],
  ])('%s', (name, expected) => {
    expect(snakeName(name)).toBe(expected);
  });
});

describe('commentName', () => {
  it('stays on its line and inside its comment', () => {
    expect(commentName('a\n"""b*/c\\d\u202E\u2028e')).toBe("a '''b* /c/d e");
  });
});

describe('file names', () => {
  it('differ, so that one folder holds all of them', () => {
    const spec = specNamed('torch', { backbone: { depth: 8 } });
    expect(MODEL_FRAMEWORKS.map((framework) => generateModel(spec, framework).fileName)).toEqual([
      'torch_pytorch.py',
      'torch_keras.py',
      'torch.js',
      'torch.ts',
      'torch_flax.py',
    ]);
  });
});
