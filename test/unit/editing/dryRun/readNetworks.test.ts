import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NetworkReport } from '../../../../src/core/editing/dryRun/readNetworks';
import {
  countByStage,
  evaluateIn,
  instancesOf,
  readNetworks,
} from '../../../../src/core/editing/dryRun/readNetworks';
import { SourceFile } from '../../../../src/core/editing/syntax/sourceFile';

function read(name: string): readonly NetworkReport[] {
  const text = readFileSync(new URL(`sources/${name}`, import.meta.url), 'utf8');
  return readNetworks(new SourceFile(text, 'python'));
}

function python(text: string): readonly NetworkReport[] {
  return readNetworks(new SourceFile(`import torch\nfrom torch import nn\n${text}`, 'python'));
}

function entry(reports: readonly NetworkReport[], name: string): NetworkReport {
  const found = reports.find((report) => report.entry === name);
  if (!found) throw new Error(`no ${name} among ${reports.map((report) => report.entry).join(', ')}`);
  return found;
}

/** `layer1 3 x 256` for all stages. */
function stages(report: NetworkReport, className: string, channels: string): string {
  const { instances } = instancesOf(report, className);
  const counts = countByStage(instances, (block) => evaluateIn(block, channels, { ofClass: className }));
  return counts.map((count) => `${count.stage.path} ${count.blocks} x ${count.channels}`).join(', ');
}

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
    // The site may be in a base class.
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

describe('what the source does not say', () => {
  const reports = read('unknowns.py');

  it('makes no difference where blocks do not depend on it', () => {
    expect(entry(reports, 'Harmless').complete).toBe(true);
    expect(stages(entry(reports, 'Harmless'), 'Block', 'channels')).toBe(
      'blocks 1 x 16, blocks 1 x 32, blocks 1 x 64',
    );
    const grouped = entry(reports, 'Grouped');
    expect(grouped.complete).toBe(true);
    expect(stages(grouped, 'Block', 'channels')).toBe('a 1 x 32, b 1 x 64');
    expect(stages(grouped, 'Block', 'groups')).toBe('a 1 x null, b 1 x null');
  });

  it('is the reason why a report is not complete', () => {
    expect(entry(reports, 'Depends')).toMatchObject({
      complete: false,
      why: '`torch.cuda.is_available()` (line 54) is not known',
    });
    expect(entry(reports, 'Counted')).toMatchObject({
      complete: false,
      why: '`range(os.cpu_count())` (line 62) is not known',
    });
    expect(entry(reports, 'early').complete).toBe(false);
  });

  it('is a class of another file that gets blocks', () => {
    const [report] = python(`
from elsewhere import Stack, conv
class Act(nn.Module):
    def forward(self, x): return x
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = conv(c, act=Act)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Block(4)
        self.second = Block(8)
def net(): return Net()
`);
    expect(report?.complete).toBe(false);
    expect(report?.why).toMatch(/`elsewhere.conv` is not in this file/);
    // There may be more of the class that was passed, but not of the others.
    expect(report && instancesOf(report, 'Act').complete).toBe(false);
    expect(report && instancesOf(report, 'Block')).toMatchObject({ complete: true });
    const [stacked] = python(`
from elsewhere import Stack
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
class Net(Stack):
    def __init__(self):
        super().__init__(Block, 3)
        self.last = Block(8)
`);
    expect(stacked?.complete).toBe(false);
    expect(stacked?.why).toMatch(/base class `elsewhere.Stack`/);
  });

  it('is a dictionary that another file may have changed', () => {
    const [report] = python(`
from elsewhere import adjust
class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
class Net(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(8) for _ in range(depth)])
def net(**kwargs):
    adjust(kwargs)
    return Net(**kwargs)
`);
    expect(report).toMatchObject({ entry: 'net', complete: false });
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
