import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { generateModel, MODEL_FRAMEWORKS } from '../../../../src/core/codegen/model/generateModel';
import { generateTrainingScript } from '../../../../src/core/codegen/model/generateTrainingScript';
import { modelSpecSchema } from '../../../../src/core/model/modelSpec';

const specOf = (backbone: v.InferInput<typeof modelSpecSchema>['backbone']) =>
  v.parse(modelSpecSchema, { version: 1, name: 'Mine', backbone });

describe('networks that no generator knows', () => {
  it('are refused with what to do, by every generator', () => {
    const vgg = specOf({ family: 'vgg', depth: 16 });
    for (const framework of MODEL_FRAMEWORKS) {
      expect(() => generateModel(vgg, framework)).toThrow(/"Mine" is a VGG-16.*Choose a definition/);
    }
    expect(() => generateTrainingScript(vgg)).toThrow(/"Mine" is a VGG-16/);
  });

  it('include ResNets with the stride in the first convolution, where that makes a difference', () => {
    expect(() => generateModel(specOf({ depth: 50, stride: '1x1' }), 'pytorch')).toThrow(/Remove "stride"/);
    expect(generateModel(specOf({ depth: 18, stride: '1x1' }), 'pytorch').text).toContain('class ResNet');
  });
});
