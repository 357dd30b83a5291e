import { summarizeBlock } from '../../../src/core/excitation/blockSummary';
import type { SideGates, SideLine, SideState } from '../../../src/protocol/sideContract';

/** What the host tells of a made-up file, and of the classes of its blocks. */
export interface SideSample {
  state: SideState;
  classGates: { mean: Float32Array<ArrayBuffer>; deviation: Float32Array<ArrayBuffer> }[];
}

export interface SampleShape {
  lines: readonly { line: number; text: string; blocks: readonly { id: string; channels: number }[] }[];
  classes?: number;
  lineCount?: number;
  revision?: number;
  stale?: string;
}

const NAMES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/** Gates of a file: each block a little more class-specific than the one before, the last near saturation. Always the same. */
export function sideSample({
  lines,
  classes = 10,
  lineCount = 120,
  revision = 1,
  stale,
}: SampleShape): SideSample {
  const flat = lines.flatMap(({ blocks }) => blocks);
  const imagesPerClass = Array.from({ length: classes }, () => 100);
  const gateOf = (block: number, label: number, channel: number) => {
    const base = 0.5 + 0.3 * Math.sin(1.7 * channel + block);
    const specific = (0.25 * block) / Math.max(1, flat.length);
    const gate = base + specific * Math.sin(label * (channel + 2) + block);
    return block === flat.length - 1 ? 0.97 + 0.02 * gate : Math.min(1, Math.max(0, gate));
  };
  const classGates = flat.map(({ channels }, block) => ({
    mean: Float32Array.from({ length: classes * channels }, (_, at) =>
      gateOf(block, Math.floor(at / channels), at % channels),
    ),
    deviation: Float32Array.from({ length: classes * channels }, (_, at) => 0.01 * (1 + (at % 5))),
  }));
  const blocks = flat.map(({ id, channels }, index) => {
    const saturatedHigh = index === flat.length - 1 ? 0.96 : 0.02;
    const gates = { block: id, channels, mean: classGates[index]!.mean, saturatedLow: 0, saturatedHigh };
    return { gates, summary: summarizeBlock(gates, { imagesPerClass }) };
  });
  let next = 0;
  const state: SideGates = {
    kind: 'gates',
    revision,
    document: 'file:///work/models/resnet.py',
    file: 'resnet.py',
    lineCount,
    source: { kind: 'recording', label: 'resnet.excitation.json', detail: 'SEResNet, 24 November 2026' },
    ...(stale === undefined ? {} : { stale }),
    classNames: imagesPerClass.map((_, label) => NAMES[label] ?? `class ${label}`),
    imagesPerClass,
    lines: lines.map(({ line, text, blocks: made }): SideLine => ({
      line,
      text,
      blocks: made.map(() => next++),
    })),
    blocks: blocks.map(({ gates, summary: { channelMeans: _sent, ...facts } }) => ({
      id: gates.block,
      channels: gates.channels,
      saturatedLow: gates.saturatedLow,
      saturatedHigh: gates.saturatedHigh,
      ...facts,
    })),
    channelMeans: Float32Array.from(blocks.flatMap(({ summary }) => summary.channelMeans)),
  };
  return { state, classGates };
}

const stage = (number: number, units: number, channels: number) =>
  Array.from({ length: units }, (_, unit) => ({ id: `layer${number}.${unit}.se`, channels }));

/** A network of four stages, each of which one line makes. */
export const FOUR_STAGES: SampleShape = {
  lines: [
    { line: 40, text: 'self.layer1 = self._make_layer(block, 64, layers[0])', blocks: stage(1, 3, 64) },
    {
      line: 42,
      text: 'self.layer2 = self._make_layer(block, 128, layers[1], stride=2)',
      blocks: stage(2, 4, 128),
    },
    {
      line: 61,
      text: 'self.layer3 = self._make_layer(block, 256, layers[2], stride=2)',
      blocks: stage(3, 6, 256),
    },
    {
      line: 90,
      text: 'self.layer4 = self._make_layer(block, 512, layers[3], stride=2)',
      blocks: stage(4, 3, 512),
    },
  ],
};
