import { describe, expect, it } from 'vitest';
import { sequentialScale } from '../../src/core/excitation/colourScale';
import { csvOf } from '../../webview/ui/heatmap/export/csv';
import { fileStem } from '../../webview/ui/heatmap/export/fileName';
import { figureCsv } from '../../webview/ui/heatmap/export/figureCsv';
import { figureClasses, setFigures } from '../../webview/ui/heatmap/figures/figureScene';
import { FIRST_CHOICE, type HeatmapChoice } from '../../webview/ui/heatmap/heatmapChoice';
import { paintCells } from '../../webview/ui/heatmap/paintCells';
import { setScene } from '../../webview/ui/heatmap/scene/heatmapScene';
import { runSources } from '../../webview/ui/heatmap/source/runSources';
import { traceSources } from '../../webview/ui/heatmap/source/traceSources';
import { withTrace } from '../../webview/ui/store/recordedTraces';
import { sampleRun } from './support/sampleRun';
import { sampleTrace, type TraceOptions } from './support/sampleTrace';

const recorded = (label: string, options?: TraceOptions) => ({ label, trace: sampleTrace(options) });
const choose = (patch: Partial<HeatmapChoice>): HeatmapChoice => ({ ...FIRST_CHOICE, ...patch });

describe('sources', () => {
  it('are the jobs with SE of a run, the last arm first', () => {
    const sources = runSources(sampleRun({ seeds: [4, 5], epochs: 2 }), true);
    expect(sources.map(({ label }) => label)).toEqual(['with SE, seed 4', 'with SE, seed 5']);
    expect(sources[0]).toMatchObject({ id: 'sample/b-4', gate: 'sigmoid', isDisplayedRun: true });
    expect(sources[0]!.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(sources[0]!.classes[3]).toBe('cat');
  });

  it('join recordings of one model at different epochs, and no others', () => {
    const labels = traceSources([
      recorded('third', { epoch: 3 }),
      recorded('unknown'),
      recorded('first', { epoch: 1 }),
      recorded('again', { epoch: 3 }),
      recorded('other', { epoch: 2, channels: [8, 8] }),
    ]).map(({ label, epochs }) => [label, epochs.map(({ epoch }) => epoch)]);
    expect(labels).toEqual([
      ['MyNet, 2 recordings', [1, 3]],
      ['unknown', [null]],
      ['again', [3]],
      ['other', [2]],
    ]);
  });

  it('have stages of as many channels each where only sizes are known', () => {
    const [source] = traceSources([recorded('one', { channels: [8, 8, 16, 8] })]);
    expect(source!.blocks.map(({ stage }) => stage)).toEqual([1, 1, 2, 3]);
  });

  it('keep the newest recordings, and one of a label', () => {
    let kept = [recorded('a'), recorded('b')];
    const again = recorded('b', { epoch: 2 });
    kept = withTrace(kept, again);
    expect(kept.map(({ label }) => label)).toEqual(['b', 'a']);
    expect(kept[0]).toBe(again);
    const numbers = new Float32Array(24_000_000);
    const [block] = sampleTrace().blocks;
    const blocks = [{ ...block!, mean: numbers, deviation: numbers }];
    const huge = { label: 'huge', trace: { ...sampleTrace(), blocks } };
    expect(withTrace([huge, ...kept], recorded('c')).map(({ label }) => label)).toEqual([
      'c',
      'huge',
      'b',
      'a',
    ]);
    expect(withTrace([huge, ...kept], { ...huge, label: 'huge 2' }).map(({ label }) => label)).toEqual([
      'huge 2',
    ]);
  });
});

describe('the scene', () => {
  const sources = runSources(sampleRun({ epochs: 3, seeds: [1, 2] }), true);
  const [source, other] = sources as [(typeof sources)[0], (typeof sources)[0]];

  it('takes off what it is compared with, cell by cell', () => {
    const scene = setScene(
      choose({ comparison: 'source', otherSource: other.id, classIndex: 4, epoch: 2, block: 'layer2.1.se' }),
      source,
      sources,
      true,
    )!;
    const [one, two] = [source, other].map(({ epochs }) => epochs[1]!.gates.blocks[4]!);
    expect(scene.block).toBe(one);
    const row = scene.model.rows[4]!;
    expect(row.key).toBe('layer2.1.se');
    row.values.forEach((value, channel) => {
      const at = 4 * one!.channels + channel;
      expect(value).toBeCloseTo(one!.mean[at]! - two!.mean[at]!, 12);
    });
    const most = Math.max(...scene.detail.rows.flatMap(({ values }) => [...values].map(Math.abs)));
    expect(scene.model.scale.high).toBeGreaterThanOrEqual(most);
  });

  it('keeps scale and places while the epoch changes', () => {
    const at = (epoch: number) => setScene(choose({ epoch, order: 'mean' }), source, sources, true)!;
    const [early, late] = [at(1), at(3)];
    expect([early.model.scale.low, early.model.scale.high]).toEqual([
      late.model.scale.low,
      late.model.scale.high,
    ]);
    early.model.rows.forEach(({ channels }, row) => expect(channels).toEqual(late.model.rows[row]!.channels));
    const { values } = late.model.rows[5]!;
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
  });

  it('says why there is nothing to compare', () => {
    const [foreign] = traceSources([recorded('foreign')]);
    const scene = setScene(
      choose({ comparison: 'source', otherSource: foreign!.id }),
      source,
      [...sources, foreign!],
      true,
    )!;
    expect(scene.compared).toMatchObject({
      kind: 'missing',
      note: 'foreign has none of the blocks of with SE, seed 1, so there is nothing to compare.',
    });
    expect(scene.quantity.kind).toBe('gate');
  });

  it('compares all classes only where classes differ', () => {
    const [one, two] = ['one', 'two'].map(
      (label) => traceSources([recorded(label, label === 'two' ? { classNames: ['a', 'b'] } : {})])[0]!,
    );
    const scene = setScene(
      choose({ comparison: 'source', otherSource: two!.id, classIndex: 2 }),
      one!,
      [one!, two!],
      true,
    )!;
    // Class means are 0, 0.03 and 0.06 apart: 0.03 on average against 0.015.
    expect(scene.model.rows[0]!.values[0]).toBeCloseTo(0.015, 6);
    expect(scene.detail.rows.map(({ label }) => label)).toEqual(['all classes']);
    expect('note' in scene.compared && scene.compared.note).toContain('Their classes differ');
  });
});

describe('cells', () => {
  const bytesOf = (pixels: Uint32Array, at: number) => [...new Uint8Array(pixels.buffer, 4 * at, 4)];

  it('are painted with the colours of their values, and nothing between rows', () => {
    const scale = sequentialScale(0, 1);
    const pixels = new Uint32Array(4 * 6);
    const values = Float64Array.of(0, 1);
    paintCells(pixels, 4, [{ key: 'a', label: 'a', group: 0, values }], [{ top: 1, bottom: 3 }], scale);
    const [first, last] = [scale.bytes().subarray(0, 4), scale.bytes().subarray(-4)];
    for (const y of [1, 2]) {
      expect([0, 1, 2, 3].map((x) => bytesOf(pixels, 4 * y + x))).toEqual(
        [first, first, last, last].map((colour) => [...colour]),
      );
    }
    for (const y of [0, 3, 4, 5])
      expect(pixels.subarray(4 * y, 4 * y + 4).every((pixel) => pixel === 0)).toBe(true);
  });

  it('share pixels by their mean, and have no colour where they are no numbers', () => {
    const scale = sequentialScale(0, 1);
    const pixels = new Uint32Array(2);
    const values = Float64Array.of(0, 1, 0, 1, NaN, 1);
    paintCells(pixels, 2, [{ key: 'a', label: 'a', group: 0, values }], [{ top: 0, bottom: 1 }], scale);
    const third = Math.round(255 / 3);
    expect(bytesOf(pixels, 0)).toEqual([...scale.bytes().subarray(4 * third, 4 * third + 4)]);
    expect(bytesOf(pixels, 1)).toEqual([0, 0, 0, 0]);
  });
});

describe('the figures', () => {
  const [source] = runSources(sampleRun({ epochs: 2, seeds: [1], depth: 56 }), true);

  it('have a chart a stage, four classes and all, and the numbers of the run', () => {
    const scene = setFigures(choose({ view: 'stages' }), 'stages', source!)!;
    expect(scene.charts.map(({ stage, block, choices }) => [stage, block, choices.length])).toEqual([
      [1, 'layer1.8.se', 9],
      [2, 'layer2.8.se', 9],
      [3, 'layer3.8.se', 9],
    ]);
    const { series, channels } = scene.charts[2]!;
    expect(series.map(({ label }) => label)).toEqual(['airplane', 'cat', 'frog', 'truck', 'all classes']);
    const block = source!.epochs[1]!.gates.blocks.at(-1)!;
    channels.forEach((channel, place) => {
      expect(series[1]!.values[place]).toBe(block.mean[3 * block.channels + channel]);
    });
  });

  it('sample wide blocks evenly, and write all channels to the file', () => {
    const [wide] = traceSources([recorded('wide', { channels: [1000] })]);
    const scene = setFigures(choose({ classIndex: 1 }), 'within', wide!)!;
    const [chart] = scene.charts;
    expect([chart!.channels.length, chart!.outOf, chart!.channels[1]]).toEqual([64, 1000, 15]);
    expect(chart!.series[0]!.deviation![10]).toBeCloseTo(0.1 * chart!.series[0]!.values[10]!, 6);
    const lines = figureCsv(scene).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1001);
    expect(lines[0]).toBe('stage,block,channel,mean of all classes,mean of dog,standard deviation of dog');
  });

  it('fill no more places than there are classes', () => {
    const [two] = traceSources([recorded('two', { classNames: ['a', 'b'] })]);
    expect(figureClasses(FIRST_CHOICE, two!)).toEqual([0, 1, null, null]);
    expect(figureClasses(choose({ figureClasses: [1, 7, null, 0] }), two!)).toEqual([1, null, null, 0]);
  });
});

describe('files', () => {
  it('quote, and keep formulas from spreadsheets', () => {
    expect(
      csvOf(
        ['a', 'b,c'],
        [
          ['=1+1', 0.123456789],
          ['say "hi"', NaN],
        ],
      ),
    ).toBe('a,"b,c"\r\n\'=1+1,0.1234568\r\n"say ""hi""",\r\n');
  });

  it('have names that every file system takes', () => {
    const [source] = traceSources([recorded('../..\\<Näive> net.json', { epoch: 3 })]);
    expect(fileStem(source!, source!.epochs[0]!, 'all classes')).toBe(
      'gates-Näive-net-json-epoch-3-all-classes',
    );
  });
});
