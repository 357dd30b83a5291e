import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateIn, instancesOf } from '../../../../src/core/editing/dryRun/readNetworks';
import { entry, python, read, stages } from './networksIn';

describe('residual networks', () => {
  const reports = read('expansionResnet.py');

  it('finds every function that makes a network', () => {
    expect(reports.map((report) => [report.entry, report.complete])).toEqual([
      ['resnet18', true],
      ['resnet50', true],
      ['resnext50_32x4d', true],
      ['wide_resnet50_2', true],
      ['resnet50_dilated', true],
    ]);
  });

  it('counts the blocks of ResNet-50 by stage, and so the parameters of SE in it', () => {
    const resnet50 = entry(reports, 'resnet50');
    expect(stages(resnet50, 'Bottleneck', 'planes * self.expansion')).toBe(
      'layer1 3 x 256, layer2 4 x 512, layer3 6 x 1024, layer4 3 x 2048',
    );
    // The paper's own total for r = 16 without biases.
    const { instances } = instancesOf(resnet50, 'Bottleneck');
    const channels = instances.map((block) => evaluateIn(block, 'planes * self.expansion') ?? NaN);
    expect(channels.reduce((sum, count) => sum + (2 / 16) * count * count, 0)).toBe(2_514_944);
  });

  it('follows keyword arguments that are set on the way', () => {
    const width = (name: string): string => stages(entry(reports, name), 'Bottleneck', 'width');
    expect(width('resnext50_32x4d')).toBe('layer1 3 x 128, layer2 4 x 256, layer3 6 x 512, layer4 3 x 1024');
    expect(width('wide_resnet50_2')).toBe('layer1 3 x 128, layer2 4 x 256, layer3 6 x 512, layer4 3 x 1024');
    expect(stages(entry(reports, 'resnet50_dilated'), 'Bottleneck', 'dilation')).toBe(
      'layer1 3 x 1, layer2 4 x 1, layer3 1 x 1, layer3 5 x 2, layer4 1 x 2, layer4 2 x 4',
    );
  });

  it('gives path, values and place of a block', () => {
    const block = entry(reports, 'resnet18').blocks.find(({ path }) => path === 'layer2.0');
    expect(block?.className).toBe('BasicBlock');
    expect(Object.fromEntries(block?.env ?? [])).toMatchObject({
      inplanes: 64,
      planes: 128,
      stride: 2,
      groups: 1,
      'self.stride': 2,
    });
  });

  it('knows the attributes of layers and classes in an expression', () => {
    const [, block] = entry(reports, 'resnet50').blocks;
    expect(block && evaluateIn(block, 'self.conv3.out_channels')).toBe(256);
    expect(block && evaluateIn(block, 'self.expansion')).toBe(4);
    expect(block && evaluateIn(block, 'max(planes // 16, 8)')).toBe(8);
    expect(block && evaluateIn(block, 'self.conv3.weight.shape[0]')).toBeNull();
    expect(block && evaluateIn(block, 'nowhere * 2')).toBeNull();
    expect(block && evaluateIn(block, 'planes *')).toBeNull();
    expect(block && evaluateIn(block, '10 ** 400.0')).toBeNull();
  });
});

describe('styles of other repositories', () => {
  it('CIFAR networks: setattr, subclasses, depths by arithmetic', () => {
    const reports = read('cifarResnet.py');
    expect(reports.map((report) => report.entry)).toEqual([
      'ResNet18',
      'ResNet50',
      'resnet_cifar',
      'resnet110',
    ]);
    expect(stages(entry(reports, 'resnet110'), 'PaddedBlock', 'planes')).toBe(
      'layer1 18 x 16, layer2 18 x 32, layer3 18 x 64',
    );
    // The site may be in a base class, and be known by its place only.
    const text = readFileSync(new URL('sources/cifarResnet.py', import.meta.url), 'utf8');
    const place = { from: text.indexOf('class BasicBlock') };
    expect(instancesOf(entry(reports, 'resnet110'), place)).toMatchObject({ complete: true });
    expect(instancesOf(entry(reports, 'resnet110'), place).instances).toHaveLength(54);
    expect(instancesOf(entry(reports, 'resnet110'), 'BasicBlock').instances).toHaveLength(54);
  });

  it('wide networks: a module that the file makes itself', () => {
    const [report, ...others] = read('wideResnet.py');
    expect(others).toEqual([]);
    expect(report?.entry).toBe('WideResNet(depth=16, widen_factor=8)');
    expect(report && stages(report, 'BasicBlock', 'out_planes')).toBe(
      'block1.layer 2 x 128, block2.layer 2 x 256, block3.layer 2 x 512',
    );
  });

  it('inverted residuals: tables, rounding, parts of blocks', () => {
    const reports = read('mobileNets.py');
    expect(stages(entry(reports, 'mobilenet_v2'), 'InvertedResidual', 'int(round(inp * expand_ratio))')).toBe(
      'features 1 x 32, features 1 x 96, features 2 x 144, features 3 x 192, features 4 x 384, features 3 x 576, features 3 x 960',
    );
    expect(stages(entry(reports, 'mobilenet_v2_075'), 'InvertedResidual', 'oup')).toBe(
      'features 1 x 16, features 2 x 24, features 3 x 24, features 4 x 48, features 3 x 72, features 3 x 120, features 1 x 240'.replace(
        'features 2 x 24, features 3 x 24',
        'features 5 x 24',
      ),
    );
    expect(stages(entry(reports, 'mobilenet_v3_small'), 'SELayer', 'channel')).toBe(
      'stages 1 x 16, stages 1 x 96, stages 1 x 240, stages 1 x 120',
    );
  });

  it('densely connected networks: containers as base classes', () => {
    const report = entry(read('denseNet.py'), 'densenet121');
    expect(instancesOf(report, '_DenseLayer').instances).toHaveLength(58);
    expect(stages(report, '_Transition', 'num_output_features')).toBe(
      'features 1 x 128, features 1 x 256, features 1 x 512',
    );
  });

  it('plain networks that only a test makes', () => {
    const [report, ...others] = read('vgg.py');
    expect(others).toEqual([]);
    expect(report?.entry).toBe("VGG('VGG11')");
    expect(report && stages(report, 'ConvUnit', 'out_channels')).toBe(
      'features 1 x 64, features 1 x 128, features 2 x 256, features 4 x 512',
    );
  });

  it('registries and merged arguments', () => {
    const reports = read('registry.py');
    expect(stages(entry(reports, 'seresnext26t_32x4d'), 'SEModule', 'channels')).toBe(
      'layer1 2 x 256, layer2 2 x 512, layer3 2 x 1024, layer4 2 x 2048',
    );
    expect(stages(entry(reports, 'resnet26d'), 'Bottleneck', 'outplanes')).toBe(
      'layer1 2 x 256, layer2 2 x 512, layer3 2 x 1024, layer4 2 x 2048',
    );
  });

  it('configuration objects', () => {
    const reports = read('configured.py');
    expect(stages(entry(reports, 'net_silu'), 'Block', 'hidden')).toBe(
      'stages.0 1 x 288, stages.1 2 x 576, stages.2 3 x 1152',
    );
    expect(stages(entry(reports, 'Cloned'), 'Block', 'dim')).toBe(
      'first 3 x 24, second 1 x 8, second 1 x 24, third 1 x 8',
    );
  });
});

describe('parameters that a caller gives', () => {
  it('make no difference to the blocks', () => {
    const reports = python(`
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
class Net(nn.Module):
    def __init__(self, depths, num_classes):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(8 * d) for d in depths])
        self.fc = nn.Linear(8, num_classes)
def small(num_classes): return Net([1, 2], num_classes)
def any_depth(depths): return Net(depths, 10)
`);
    expect(reports.map((report) => report.entry)).toEqual(['small']);
    expect(reports[0] && stages(reports[0], 'Block', 'c')).toBe('blocks 1 x 8, blocks 1 x 16');
  });
});

describe('names that change in a constructor', () => {
  const [report] = python(`
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.first = nn.Conv2d(c, c, 1)
        c = c * 2
        self.second = nn.Conv2d(c // 2, c, 1)
        for i in range(3):
            c += i
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(8)
`);
  const block = report?.blocks.find(({ className }) => className === 'Block');
  const at = (needle: string): number => {
    const text = block?.machine.source ?? '';
    return text.indexOf(needle);
  };

  it('have their value at the end, or at a place', () => {
    expect(block && evaluateIn(block, 'c')).toBe(19);
    expect(block && evaluateIn(block, 'c', { at: at('self.first') })).toBe(8);
    expect(block && evaluateIn(block, 'c', { at: at('self.second') })).toBe(16);
  });
});
