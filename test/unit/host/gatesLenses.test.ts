import { describe, expect, it } from 'vitest';
import { gateLensDrafts } from '../../../src/host/editor/gates/gateLensDrafts';
import {
  movedReading,
  type FoundGates,
  type GatesReading,
} from '../../../src/host/editor/gates/gatesReading';
import { blockOf, EXAMPLE_SOURCE, traceOf } from './gatesFixture';

const trace = traceOf([
  blockOf(
    'layer1.0.se',
    [
      [0.2, 0.8],
      [0.6, 0.4],
    ],
    { saturatedLow: 0.01, saturatedHigh: 0.02 },
  ),
  blockOf(
    'layer2.0.se',
    [
      [0.96, 0.99],
      [0.98, 0.99],
    ],
    { saturatedHigh: 0.9 },
  ),
  blockOf('layer3.0.se', [
    [0.3, 0.3],
    [0.3, 0.3],
  ]),
]);
const site = (from: number, ...blocks: string[]) => ({ span: { from, to: from + 4 }, blocks });
const found = (over: Partial<FoundGates>): GatesReading => ({
  found: { source: EXAMPLE_SOURCE, trace, network: 'Net', sites: [site(0, 'layer1.0.se')], ...over },
});
/** Ten characters a line. */
const lineOf = (offset: number) => Math.floor(offset / 10);
const titles = (reading: GatesReading) =>
  gateLensDrafts(reading, lineOf).map(({ title }) => title.replaceAll('\u00a0', ' '));

describe('lenses of gates', () => {
  it('say mean, class spread and saturation of a block, and where the gates are from', () => {
    expect(titles(found({}))).toEqual([
      'Gates of layer1.0.se · mean 0.50 · class spread 0.200 · saturated 3%',
      'from Example',
    ]);
  });

  it('put blocks of a line together, and name what stands out', () => {
    const sites = [site(0, 'layer1.0.se'), site(4, 'layer2.0.se'), site(20, 'layer3.0.se')];
    expect(titles(found({ sites }))).toEqual([
      'Gates of 2 SE blocks · mean 0.50 to 0.98 · class spread 0.005 to 0.200 · saturated 3% to 90% · $(warning) layer2.0.se nearly all open',
      'from Example',
      'Gates of layer3.0.se · mean 0.30 · class spread 0.000 · saturated 0% · $(warning) all alike',
    ]);
    expect(gateLensDrafts(found({ sites }), lineOf).map(({ offset }) => offset)).toEqual([0, 0, 20]);
  });

  it('say that they are outdated, and why, once', () => {
    const sites = [site(0, 'layer1.0.se'), site(20, 'layer3.0.se')];
    const [first, why, second] = titles(found({ sites, stale: 'It makes 12 blocks now.' }));
    expect(first).toMatch(/^\$\(history\) outdated · Gates of layer1/);
    expect(why).toBe('$(warning) It makes 12 blocks now.');
    expect(second).toMatch(/^\$\(history\) outdated · Gates of layer3/);
  });

  it('ask once for each network that fits, with a way to say no', () => {
    const places = [
      { network: 'resnet18', offset: 30 },
      { network: 'resnet34', offset: 50 },
    ];
    const drafts = gateLensDrafts({ question: { source: EXAMPLE_SOURCE, family: 'Net-3', places } }, lineOf);
    expect(drafts.map(({ offset, verb }) => ({ offset, ...verb }))).toEqual([
      { offset: 30, do: 'answer', family: 'Net-3', network: 'resnet18' },
      { offset: 30, do: 'answer', family: 'Net-3', network: null },
      { offset: 50, do: 'answer', family: 'Net-3', network: 'resnet34' },
      { offset: 50, do: 'answer', family: 'Net-3', network: null },
    ]);
    expect(drafts[0]?.title).toContain('Gates of Example fit resnet18: Show');
  });

  it('tell at the top what was chosen and cannot be shown; nothing to tell is no lens', () => {
    expect(titles({ lost: 'The gates are gone.' })).toEqual([
      '$(warning) The gates are gone. Choose others…',
    ]);
    expect(titles({})).toEqual([]);
  });
});

describe('movedReading', () => {
  const change = (rangeOffset: number, rangeLength: number, text: string) => [
    { rangeOffset, rangeLength, text },
  ];

  it('moves places with what is typed before them', () => {
    const moved = movedReading(found({ sites: [site(10, 'a'), site(30, 'b')] }), change(20, 2, 'hello'));
    expect(moved.found?.sites.map(({ span }) => span)).toEqual([
      { from: 10, to: 14 },
      { from: 33, to: 37 },
    ]);
  });

  it('drops what was deleted', () => {
    const reading = found({ sites: [site(10, 'a'), site(30, 'b')] });
    expect(movedReading(reading, change(8, 10, '')).found?.sites.map(({ blocks }) => blocks)).toEqual([
      ['b'],
    ]);
    expect(movedReading(reading, change(8, 40, '')).found).toBeUndefined();
    const asking: GatesReading = {
      question: { source: EXAMPLE_SOURCE, family: 'f', places: [{ network: 'n', offset: 5 }] },
    };
    expect(movedReading(asking, change(0, 3, '')).question?.places).toEqual([{ network: 'n', offset: 2 }]);
    expect(movedReading(asking, change(0, 9, '')).question).toBeUndefined();
    expect(movedReading({ lost: 'gone' }, change(0, 3, ''))).toEqual({ lost: 'gone' });
  });
});
