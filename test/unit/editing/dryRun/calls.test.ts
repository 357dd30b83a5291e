import { describe, expect, it } from 'vitest';
import { instancesOf } from '../../../../src/core/editing/dryRun/readNetworks';
import { entry, read, stages } from './networksIn';

describe('networks that are made of calls', () => {
  const reports = read('kerasBuilders.py');

  it('are found where a library makes a model of what functions gave', () => {
    expect(reports.map(({ entry: name, complete }) => [name, complete])).toEqual([
      ['ResNet50', true],
      ['build_classifier', true],
      ['depends_on_backend', false],
      ['resnet_v1(input_shape=(32, 32, 3), depth=depth)', true],
      ['keras.Model(inputs, x)', true],
    ]);
  });

  it('have the calls of a function as blocks, and loops and functions around them as stages', () => {
    expect(stages(entry(reports, 'ResNet50'), 'bottleneck', '4 * filters')).toBe(
      'stage 1 3 x 256, stage 2 4 x 512, stage 3 6 x 1024, stage 4 3 x 2048',
    );
    const cifar = entry(reports, 'resnet_v1(input_shape=(32, 32, 3), depth=depth)');
    expect(stages(cifar, 'residual_unit', 'filters')).toBe('stage 1 3 x 16, stage 2 3 x 32, stage 3 3 x 64');
    expect(instancesOf(cifar, 'resnet_layer').instances).toHaveLength(21);
    expect(stages(entry(reports, 'build_classifier'), 'residual_unit', 'filters')).toBe(
      'stage 1 1 x 32, stage 2 3 x 64',
    );
    expect(stages(entry(reports, 'keras.Model(inputs, x)'), 'residual_unit', 'filters')).toBe(
      'stage 1 1 x 8, stage 1 1 x 16, stage 1 1 x 24',
    );
  });

  it('are not complete where a call depends on what is not known', () => {
    const report = entry(reports, 'depends_on_backend');
    expect(instancesOf(report, 'residual_unit')).toMatchObject({
      complete: false,
      why: '`residual_unit` is called under a condition that is not known',
    });
    expect(instancesOf(report, 'bottleneck')).toMatchObject({ complete: true, instances: [] });
  });

  it('may be made of Keras layers of the file, in lists or called', () => {
    const layers = read('kerasLayers.py');
    expect(stages(entry(layers, 'ResNet'), 'ResBlock', 'self.filters')).toBe(
      'stages.0 2 x 16, stages.1 2 x 32, stages.2 2 x 64, extra.last 1 x 128',
    );
    expect(stages(entry(layers, 'functional'), 'ResBlock', 'filters')).toBe('stage 1 2 x 32, stage 2 2 x 64');
  });
});

describe('Flax', () => {
  it('makes the parts of a module when it is called', () => {
    const reports = read('flaxNets.py');
    expect(reports.map(({ entry: name, complete }) => [name, complete])).toEqual([
      ['ResNet26', true],
      ['ResNet50', true],
      ['wide', true],
    ]);
    const resnet50 = entry(reports, 'ResNet50');
    expect(stages(resnet50, 'BottleneckBlock', 'self.filters * self.expansion')).toBe(
      'stage 1 3 x 256, stage 2 4 x 512, stage 3 6 x 1024, stage 4 3 x 2048',
    );
    // Names of the call are known too.
    expect(stages(resnet50, 'BottleneckBlock', 'out')).toBe(
      stages(resnet50, 'BottleneckBlock', 'self.filters * 4'),
    );
    expect(resnet50.blocks.map(({ path }) => path).slice(1, 3)).toEqual([
      'BottleneckBlock_0',
      'BottleneckBlock_1',
    ]);
    expect(resnet50.blocks.at(-1)).toMatchObject({ className: 'Head', path: 'head' });
  });
});
