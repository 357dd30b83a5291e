import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GateMatch } from '../../../../src/core/editing/gates/gateMatch';
import type { GateSource } from '../../../../src/core/editing/gates/placeGates';
import { matchIn, OTHER_FILE, placesOf, traceOf } from './traces';

const source = (name: string): string => readFileSync(new URL(`sources/${name}`, import.meta.url), 'utf8');
const languageOf = (name: string): GateSource['language'] => (name.endsWith('.ts') ? 'typescript' : 'python');

/** `layer1.0.se` ... with so many units and channels a stage. */
function resnet(units: readonly number[], channels: readonly number[], prefix = '', name = 'se') {
  return Object.fromEntries(
    units.flatMap((count, stage) =>
      Array.from({ length: count }, (_, unit) => [
        `${prefix}layer${stage + 1}.${unit}.${name}`,
        channels[stage]!,
      ]),
    ),
  );
}
const RESNET18 = resnet([2, 2, 2, 2], [64, 128, 256, 512]);
const RESNET50 = resnet([3, 4, 6, 3], [256, 512, 1024, 2048]);
const OWN = [{ file: 'seResnet.py', fingerprint: `sha256:${'a'.repeat(64)}` }];
const OWN_FILE = { fileName: 'seResnet.py', fingerprint: `sha256:${'b'.repeat(64)}` };

function certain(match: GateMatch) {
  if (match.kind !== 'certain') throw new Error(JSON.stringify(match));
  return match.placement;
}
function open(match: GateMatch) {
  if (match.kind !== 'open') throw new Error(JSON.stringify(match));
  return match.placements;
}
function changed(match: GateMatch) {
  if (match.kind !== 'changed') throw new Error(JSON.stringify(match));
  return match;
}

describe('equal paths and channels', () => {
  const text = source('seResnet.py');

  it('tell the network of several, and the class of several', () => {
    const resnet18 = certain(matchIn(text, traceOf(RESNET18)));
    expect(resnet18).toMatchObject({
      network: 'se_resnet18',
      offset: text.indexOf('def se_resnet18'),
      missing: [],
    });
    expect(placesOf(text, resnet18)).toEqual([`SELayer(planes): ${Object.keys(RESNET18).join(' ')}`]);
    const resnet50 = certain(matchIn(text, traceOf(RESNET50)));
    expect(placesOf(text, resnet50)).toEqual([
      `SELayer(planes * self.expansion, reduction=16): ${Object.keys(RESNET50).join(' ')}`,
    ]);
  });

  it('do not match where one number of channels, one block or one name differs', () => {
    for (const blocks of [
      { ...RESNET50, 'layer4.2.se': 1024 },
      { ...RESNET50, 'layer4.3.se': 2048 },
      resnet([3, 4, 6, 2], [256, 512, 1024, 2048]),
    ])
      expect(matchIn(text, traceOf(blocks))).toEqual({ kind: 'none' });
  });

  it.each([
    ['module.', 'DataParallel'],
    ['backbone.', 'a wrapper'],
    ['module.net.0.encoder.', 'several wrappers'],
  ])('match behind %s, of %s', (prefix) => {
    const trace = traceOf(resnet([3, 4, 6, 3], [256, 512, 1024, 2048], prefix));
    expect(certain(matchIn(text, trace)).sites[0]?.blocks).toHaveLength(16);
  });

  it('match a network that the recording holds twice', () => {
    const trace = traceOf({
      ...resnet([2, 2, 2, 2], [64, 128, 256, 512], 'student.'),
      ...resnet([2, 2, 2, 2], [64, 128, 256, 512], 'teacher.'),
    });
    expect(certain(matchIn(text, trace)).sites.map(({ blocks }) => blocks.length)).toEqual([16]);
    // But not half a network beside a whole one.
    const half = traceOf({ ...RESNET18, ...resnet([2, 2], [64, 128], 'other.') });
    expect(matchIn(text, half).kind).toBe('none');
  });

  it('match where the file wraps the network and the recording does not', () => {
    const wrapped = `${text}

class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(se_resnet50(), nn.ReLU())

    def forward(self, x):
        return self.encoder(x)
`.replace(/^def se_resnet50[^]*?$\n.*$/m, (def) => def);
    const onlyWrapped = wrapped
      .replace('def se_resnet50(num_classes=10)', 'def se_resnet50(num_classes)')
      .replace('se_resnet50()', 'se_resnet50(10)');
    const placement = certain(matchIn(onlyWrapped, traceOf(RESNET50)));
    expect(placement.sites[0]?.blocks).toHaveLength(16);
  });

  it('match blocks that the network makes only under a condition', () => {
    const withoutOwn = text.replace(/def se_resnet[^]*$/, '');
    const placement = certain(matchIn(withoutOwn, traceOf(RESNET50)));
    expect(placement.network).toBe('resnet50');
    expect(placesOf(withoutOwn, placement)).toEqual([
      `SELayer(planes * self.expansion, reduction=16): ${Object.keys(RESNET50).join(' ')}`,
    ]);
  });

  it('are asked about where two networks make them at different places', () => {
    const twice = text
      .replace(
        'class Bottleneck',
        `class OtherBlock(BasicBlock):
    def __init__(self, inplanes, planes, stride=1, downsample=None, use_se=False):
        super().__init__(inplanes, planes, stride, downsample)
        self.se = SELayer(planes, reduction=4)


class Bottleneck`,
      )
      .concat('\n\ndef other18():\n    return ResNet(OtherBlock, [2, 2, 2, 2])\n');
    const placements = open(matchIn(twice, traceOf(RESNET18)));
    expect(placements.map(({ network }) => network)).toEqual(['se_resnet18', 'other18']);
    expect(placements.map(({ sites }) => twice.slice(sites[0]!.span.from, sites[0]!.span.to))).toEqual([
      'SELayer(planes)',
      'SELayer(planes, reduction=4)',
    ]);
    const chosen = matchIn(twice, traceOf(RESNET18), { ...OTHER_FILE, chosen: 'other18' });
    expect(certain(chosen).network).toBe('other18');
  });

  it('match what a recording names in a unit that writes its block out', () => {
    const inline = source('inlineResnet.py');
    const gates = resnet([2, 2, 2, 2], [64, 128, 256, 512], '', 'gate');
    expect(placesOf(inline, certain(matchIn(inline, traceOf(gates))))).toEqual([
      `out * w: ${Object.keys(gates).join(' ')}`,
    ]);
  });

  it('match layers that libraries make, whatever they are called', () => {
    const imported = text
      .replace('import torch\n', 'import torch\nfrom timm.layers import create_attn\n')
      .replace(/class SELayer[^]*?(?=def conv3x3)/, '')
      .replace('SELayer(planes * self.expansion, reduction=16)', "create_attn('se', planes * self.expansion)")
      .replace('SELayer(planes) if use_se else None', 'None');
    const placement = certain(matchIn(imported, traceOf(RESNET50)));
    expect(placement.network).toBe('se_resnet50');
    expect(placesOf(imported, placement)).toEqual([
      `create_attn('se', planes * self.expansion): ${Object.keys(RESNET50).join(' ')}`,
    ]);
  });

  it('place blocks of a unit that other files make networks of, in a file of the recording', () => {
    const unit = text.slice(0, text.indexOf('class ResNet'));
    const own = [
      { file: 'net.py', fingerprint: OWN[0]!.fingerprint },
      { file: 'unit.py', fingerprint: OTHER_FILE.fingerprint },
    ];
    const onlyBottleneck = unit
      .replace(/class BasicBlock[^]*?(?=class Bottleneck)/, '')
      .replace('use_se=False', 'use_se=True');
    const placement = certain(
      matchIn(onlyBottleneck, traceOf(RESNET50, own), { ...OTHER_FILE, fileName: 'unit.py' }),
    );
    expect(placement.sites.map(({ blocks }) => blocks.length)).toEqual([16]);
    expect(matchIn(onlyBottleneck, traceOf(RESNET50)).kind).toBe('none');
  });
});

describe('structure alone', () => {
  const OURS: Record<string, Record<string, number>> = {
    'seResnet.py': resnet([3, 4, 6, 3], [256, 512, 1024, 2048], '', 'attention'),
    'inlineResnet.py': RESNET18,
    'kerasFunction.py': resnet([3, 3, 3], [16, 32, 64]),
    'kerasInline.py': resnet([3, 3], [16, 32]),
    'kerasImported.py': { 'layer1.1.se': 16, 'layer2.0.se': 32, 'layer2.1.se': 32, 'layer3.0.se': 64 },
    'kerasSubclasses.py': resnet([3, 3, 3], [16, 32, 64]),
    'tfjsFunction.ts': resnet([2, 2, 2], [16, 32, 64]),
    'flaxModules.py': resnet([2, 2, 2], [16, 32, 64]),
  };
  const PLACES: Record<string, string> = {
    'seResnet.py': 'SELayer(planes * self.expansion, reduction=16)',
    'inlineResnet.py': 'out * w',
    'kerasFunction.py': 'squeeze_excite_block(out, ratio=8)',
    'kerasInline.py': 'Multiply()([y, s])',
    'kerasImported.py': 'SqueezeExcitation(filters, ratio=4)',
    'kerasSubclasses.py': 'SEBlock(8)',
    'tfjsFunction.ts': 'seBlock(y, filters)',
    'flaxModules.py': 'SEBlock()',
  };

  it.each(Object.keys(OURS))('is asked about: %s', (name) => {
    const text = source(name);
    const trace = traceOf(OURS[name]!);
    const [placement, ...others] = open(matchIn(text, trace, OTHER_FILE, languageOf(name)));
    expect(others).toEqual([]);
    expect(placesOf(text, placement!)).toEqual([`${PLACES[name]}: ${Object.keys(OURS[name]!).join(' ')}`]);
    const chosen = matchIn(text, trace, { ...OTHER_FILE, chosen: placement!.network }, languageOf(name));
    expect(certain(chosen)).toEqual(placement);
  });

  it.each(Object.keys(OURS))('does not fit with other channels, more blocks or fewer: %s', (name) => {
    const text = source(name);
    const blocks = Object.entries(OURS[name]!);
    const [last] = blocks.slice(-1);
    for (const other of [
      [...blocks.slice(0, -1), [last![0], last![1] * 2] as const],
      blocks.slice(0, -1),
      [...blocks, ['layer9.0.se', last![1]] as const],
    ])
      expect(matchIn(text, traceOf(Object.fromEntries(other)), OTHER_FILE, languageOf(name)).kind).toBe(
        'none',
      );
  });

  it('is not misled by the name of another library', () => {
    const text = `# Runs on torch as well: channels first there.\n${source('kerasSubclasses.py')}`;
    expect(open(matchIn(text, traceOf(OURS['kerasSubclasses.py']!)))).toHaveLength(1);
  });

  it('does not fit with the same channels in other stages', () => {
    const text = source('flaxModules.py')
      .replace('(16, 32, 64)', '(16, 16, 32)')
      .replace('features > 16', 'False');
    expect(open(matchIn(text, traceOf(resnet([2, 2, 2], [16, 16, 32]))))).toHaveLength(1);
    expect(matchIn(text, traceOf(resnet([3, 1, 2], [16, 16, 32]))).kind).toBe('none');
  });

  it('is certain in the file of the recording, where a name was changed', () => {
    const text = source('seResnet.py')
      .replaceAll('self.se ', 'self.attention ')
      .replaceAll('self.se(', 'self.attention(');
    expect(certain(matchIn(text, traceOf(RESNET50, OWN), OWN_FILE)).network).toBe('se_resnet50');
    expect(matchIn(text, traceOf(RESNET50)).kind).toBe('open');
  });

  it('is never certain for one or two blocks', () => {
    const text = `import torch
from torch import nn
from blocks import SELayer

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3)
        self.attention = SELayer(32)

    def forward(self, x):
        return self.attention(self.conv(x))
`;
    expect(open(matchIn(text, traceOf({ 'features.3.se': 32 })))).toHaveLength(1);
    expect(certain(matchIn(text, traceOf({ attention: 32 }))).network).toBe('Net');
    expect(matchIn(text, traceOf({ 'features.3.attention': 32 })).kind).toBe('open');
    expect(matchIn(text, traceOf({ 'features.3.se': 64 })).kind).toBe('none');
  });
});

describe('a file that no longer makes what was recorded', () => {
  const text = source('seResnet.py');
  const always = text.replace(/def resnet18[^]*?(?=def se_resnet18)/, '');
  const shorter = always.replace(
    'ResNet(Bottleneck, [3, 4, 6, 3], num_classes, use_se=True)',
    'ResNet(Bottleneck, [3, 4, 3, 2], num_classes, use_se=True)',
  );

  it('says so in numbers, and places the blocks that are left', () => {
    const { placement, why } = changed(matchIn(shorter, traceOf(RESNET50, OWN), OWN_FILE));
    expect(why).toBe('The recording has 16 SE blocks, se_resnet50 now makes 12.');
    expect(placement.network).toBe('se_resnet50');
    expect(placement.missing).toEqual(['layer3.3.se', 'layer3.4.se', 'layer3.5.se', 'layer4.2.se']);
  });

  it('says so of other channels', () => {
    const wider = always
      .replace('block, 512, layers[3]', 'block, 640, layers[3]')
      .replaceAll('512 * block', '640 * block');
    const { placement, why } = changed(matchIn(wider, traceOf(RESNET50, OWN), OWN_FILE));
    expect(why).toBe('The recording has 16 SE blocks, of which 3 are no longer as in se_resnet50.');
    expect(placement.missing).toEqual(['layer4.0.se', 'layer4.1.se', 'layer4.2.se']);
  });

  it('keeps the longest run of equal channels where the names changed too', () => {
    const renamed = shorter
      .replaceAll('self.se ', 'self.attention ')
      .replaceAll('self.se(', 'self.attention(');
    const { placement, why } = changed(matchIn(renamed, traceOf(RESNET50, OWN), OWN_FILE));
    expect(why).toBe('The recording has 16 SE blocks, se_resnet50 now makes 12.');
    expect(placement.sites[0]?.blocks.slice(0, 8)).toEqual(Object.keys(RESNET50).slice(0, 8));
    expect(placement.missing).toHaveLength(6);
  });

  it('is none while one of its networks can still make them', () => {
    const { network } = certain(
      matchIn(
        shorter.concat(text.slice(text.indexOf('def resnet50'), text.indexOf('def se_'))),
        traceOf(RESNET50, OWN),
        OWN_FILE,
      ),
    );
    expect(network).toBe('resnet50');
  });

  it('is that of the network which the user chose', () => {
    const trace = traceOf(resnet([3, 3, 3], [16, 32, 64]));
    const keras = source('kerasFunction.py').replace('depth=20', 'depth=14');
    const known = { ...OTHER_FILE, chosen: 'build_resnet' };
    const { why, placement } = changed(matchIn(keras, trace, known));
    expect(why).toBe('The recording has 9 SE blocks, build_resnet now makes 6.');
    expect(placement.sites[0]?.blocks.length).toBeGreaterThan(1);
  });

  it('is no such file because of its name alone', () => {
    const other = source('attentionNet.py');
    expect(matchIn(other, traceOf(RESNET50, OWN), OWN_FILE)).toEqual({ kind: 'none' });
    expect(matchIn('import torch\n', traceOf(RESNET50, OWN), OWN_FILE)).toEqual({ kind: 'none' });
  });

  it('is not one whose text is the one that was recorded', () => {
    // Two blocks more than the default network has: the model was made with other arguments.
    const trace = traceOf(resnet([3, 4, 6, 5], [256, 512, 1024, 2048]), OWN);
    const { missing, network } = certain(
      matchIn(text, trace, { ...OWN_FILE, fingerprint: OWN[0]!.fingerprint }),
    );
    expect([network, missing]).toEqual(['se_resnet50', ['layer4.3.se', 'layer4.4.se']]);
  });
});
