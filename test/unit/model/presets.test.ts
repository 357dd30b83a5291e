import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { modelCost } from '../../../src/core/model/modelCost';
import { parseDefinition } from '../../../src/core/model/parseDefinition';
import {
  DEFAULT_PRESET_KEY,
  definitionTemplate,
  presetByKey,
  PRESETS,
} from '../../../src/core/model/presets';
import { trainingObstacles } from '../../../src/core/model/trainingObstacle';

describe('presets', () => {
  it('have the keys others rely on, each once', () => {
    const keys = PRESETS.map((preset) => preset.key);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of [
      'quick',
      'resnet-8-synthetic',
      'resnet-20-quick',
      'resnet-20-full',
      'resnet-56-full',
      'resnet-164-full',
      'resnet-18-full',
      'resnet-50-imagenet',
    ]) {
      expect(keys).toContain(key);
    }
    expect(presetByKey(DEFAULT_PRESET_KEY)).toBe(PRESETS[0]);
    expect(presetByKey('nothing')).toBeUndefined();
  });

  it("are trained here, but for those that show the paper's networks", () => {
    const costOnly = PRESETS.filter(({ spec }) => trainingObstacles(spec).length > 0);
    expect(costOnly.map(({ key }) => key)).toEqual(['resnet-50-imagenet', 'mobilenet-v1-imagenet']);
    for (const { description } of costOnly) expect(description).toMatch(/^For cost.*, not for training/);
    const { macs, params } = modelCost(compileModel(costOnly[0]!.spec));
    expect([params, macs]).toEqual([25_557_032 + 2_514_944, 4_089_184_256 + 13_568_768]);
  });

  it.each(PRESETS.map((preset) => [preset.key, preset] as const))('%s gives no warning', (key, preset) => {
    const { spec, problems } = parseDefinition(definitionTemplate(key, preset.label));
    expect(problems.filter((problem) => problem.severity !== 'information')).toEqual([]);
    expect(spec).toEqual(preset.spec);
    expect(compileModel(preset.spec).blocks.every((block) => block.hidden >= 2)).toBe(true);
    expect(preset.description.length).toBeGreaterThan(20);
  });

  it('quick is what the first run needs', () => {
    expect(presetByKey('quick')!.spec).toMatchObject({
      backbone: { depth: 8, width: 16 },
      se: { reduction: 4 },
      training: { dataset: 'quick', epochs: 5, batch: 32 },
    });
  });

  it('the full ones follow the published recipe', () => {
    for (const key of ['resnet-20-full', 'resnet-56-full', 'resnet-164-full', 'resnet-18-full']) {
      expect(presetByKey(key)!.spec.training).toMatchObject({
        dataset: 'full',
        epochs: 200,
        batch: 64,
        optimizer: 'sgd',
        momentum: 0.9,
        learningRate: 0.1,
        weightDecay: 1e-4,
        schedule: 'step',
        stepEpochs: 80,
        augment: true,
      });
    }
  });

  it('cover the ablations of the squeeze and the gate', () => {
    const settings = PRESETS.map(({ spec }) => (spec.se === 'none' ? [] : [spec.se.squeeze, spec.se.gate]));
    expect(settings).toContainEqual(['max', 'sigmoid']);
    expect(settings).toContainEqual(['avg', 'tanh']);
  });
});

describe('definitionTemplate', () => {
  it('is indented JSON with the name given, whatever is in it', () => {
    const name = 'My "net" \\ </script>';
    const text = definitionTemplate('quick', name);
    expect(text).toMatch(/^\{\n {2}"version": 1,\n/);
    expect(text.endsWith('}\n')).toBe(true);
    expect(parseDefinition(text).spec?.name).toBe(name);
  });

  it('refuses an unknown preset', () => {
    expect(() => definitionTemplate('nothing', 'x')).toThrow(RangeError);
  });
});
