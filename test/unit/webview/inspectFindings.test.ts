import { describe, expect, it } from 'vitest';
import { enlarged, likeness } from '../../../webview/ui/inspect/image/attention';
import {
  blockRows,
  distance,
  distancesModel,
  gatesModel,
  mostUnusual,
} from '../../../webview/ui/inspect/image/imageGates';
import { pText, resultsFinding, sweepFinding } from '../../../webview/ui/inspect/knockOut/findings';
import { knockOutCsv } from '../../../webview/ui/inspect/knockOut/knockOutCsv';
import { eachStage, ofBlock, type KnockOutResult } from '../../../webview/ui/inspect/knockOut/knockOuts';
import { byHarm } from '../../../webview/ui/inspect/knockOut/sweep';
import { sampleRun } from '../../webview/support/sampleRun';
import { specimensOf } from '../../../webview/ui/inspect/specimens';

const map = (values: number[], width: number) => ({
  values: Float32Array.from(values),
  height: values.length / width,
  width,
  explained: 0,
});

describe('attention maps', () => {
  it('keep their middles when enlarged, and are 1 at the peak', () => {
    const large = enlarged(map([0, 2, 4, 8], 2), 6);
    // The cells' middles are at 1.5 and 4.5 of 6; places 1 and 4 lie half a place before and after.
    expect(large[0]).toBe(0);
    expect(large[5]).toBeCloseTo(2 / 8, 6);
    expect(large[35]).toBe(1);
    expect(large[2 * 6 + 3]).toBeCloseTo(enlargedByHand(3, 2), 6);
  });

  /** Bilinear between four middles, written out. */
  function enlargedByHand(x: number, y: number): number {
    const u = (x + 0.5) / 3 - 0.5;
    const v = (y + 0.5) / 3 - 0.5;
    return (0 * (1 - u) * (1 - v) + 2 * u * (1 - v) + 4 * (1 - u) * v + 8 * u * v) / 8;
  }

  it('are nothing where nothing speaks for the class', () => {
    expect([...enlarged(map([0, 0, 0, 0], 2), 3)]).toEqual(Array(9).fill(0));
  });

  it('are alike whatever their strength, and unlike when reversed', () => {
    expect(likeness(map([0, 1, 2, 3], 2), map([0, 10, 20, 30], 2))).toBeCloseTo(1, 6);
    expect(likeness(map([0, 1, 2, 3], 2), map([3, 2, 1, 0], 2))).toBeCloseTo(-1, 6);
    expect(likeness(map([0, 1, 2, 3], 2), map([5, 5, 5, 5], 2))).toBeUndefined();
    expect(likeness(map([0, 1, 2, 3], 2), map([0, 1, 2, 3], 4))).toBeUndefined();
  });
});

describe('gates of an image', () => {
  const blocks = [
    { id: 'a.se', stage: 1, unit: 'a', place: 'standard' as const, channels: 2, hidden: 1 },
    { id: 'b.se', stage: 2, unit: 'b', place: 'standard' as const, channels: 2, hidden: 1 },
  ];
  const gates = new Map([
    ['a.se', Float32Array.of(0.5, 0.25)],
    ['b.se', Float32Array.of(0.75, 0.5)],
  ]);
  /** Two classes, of 1 and 3 images. */
  const means = {
    imagesPerClass: [1, 3],
    blocks: [
      { block: 'a.se', channels: 2, mean: [0.5, 0.5, 0.5, 0.1] },
      { block: 'b.se', channels: 2, mean: [0.25, 0.5, 0.25, 0.5] },
    ],
  };

  it('are compared with all images, or with those of a class', () => {
    const [first] = blockRows(gates, blocks, means, 'all');
    expect(first?.reference?.[1]).toBeCloseTo((0.5 + 3 * 0.1) / 4, 12);
    const rows = blockRows(gates, blocks, means, 1);
    expect(distance(rows[0]!, 1)).toBeCloseTo(0.15, 6);
    expect(mostUnusual(rows)?.block).toBe('b.se');
    expect(mostUnusual(rows)?.distance).toBeCloseTo(0.5 / Math.SQRT2, 6);
  });

  it('are drawn over whole tenths, and distances evenly about zero', () => {
    const rows = blockRows(gates, blocks, means, 'all');
    const { scale } = gatesModel(rows);
    expect(scale.low).toBeCloseTo(0.2, 9);
    expect(scale.high).toBeCloseTo(0.8, 9);
    const apart = distancesModel(rows, true).scale;
    expect([apart.low, apart.high]).toEqual([-0.5, 0.5]);
  });

  it('stand alone until the means are known', () => {
    const rows = blockRows(gates, blocks, undefined, 'all');
    expect(rows.map(({ reference }) => reference)).toEqual([undefined, undefined]);
    expect(mostUnusual(rows)).toBeUndefined();
  });
});

describe('knock-outs', () => {
  const baseline = { accuracy: 0.8, loss: 0.6, correct: new Uint8Array(1000) };
  const result = (what: string, accuracy: number, pValue: number): KnockOutResult => ({
    ...ofBlock(what, null, 'mean'),
    accuracy,
    loss: 0.7,
    changes: { becameWrong: 5, becameRight: 3, pValue },
  });

  it('of a stage take all its blocks at once', () => {
    const run = sampleRun();
    const [choice] = specimensOf(run);
    const stages = eachStage(choice!.blocks, 'one');
    expect(stages.map(({ what }) => what)).toEqual([1, 2, 3].map((stage) => `stage ${stage}, all 3 blocks`));
    expect(stages[2]?.edits).toEqual(
      [0, 1, 2].map((unit) => ({ block: `layer3.${unit}.se`, channels: null, to: 'one' })),
    );
  });

  it('are summed up with a caution about many tests', () => {
    const found = [result('a.se', 0.8005, 1), result('b.se', 0.75, 0.0001), result('c.se', 0.79, 0.04)];
    expect(resultsFinding(found, baseline)).toBe(
      'Most costly: b.se, all channels, \u22125.00 points. 1 row changes the accuracy by less than 0.1 points. Of 3 rows 2 have p below 0.05; about 0.2 would by chance alone.',
    );
    expect(pText(0.0001)).toBe('< 0.001');
    expect(pText(0.04)).toBe('0.040');
  });

  it('of channels are sorted by harm, loss deciding between equals', () => {
    const sweep = {
      block: 'a.se',
      to: 'zero' as const,
      total: 4,
      channels: [
        { channel: 0, accuracy: 0.8, loss: 0.6 },
        { channel: 1, accuracy: 0.7, loss: 0.8 },
        { channel: 2, accuracy: 0.7, loss: 0.9 },
      ],
    };
    expect(byHarm(sweep).map(({ channel }) => channel)).toEqual([2, 1, 0]);
    expect(sweepFinding(sweep, baseline)).toMatch(
      /^Most costly so far \(3 of 4\): channel 2, \u221210\.00 points\./,
    );
  });

  it('are written as CSV that quotes what it must', () => {
    const findings = { results: [result('a.se', 0.75, 0.5)], sweep: undefined };
    const text = knockOutCsv({ run: 'My "run", 2', model: 'with SE' }, findings, baseline);
    expect(text.split('\r\n')[2]).toBe(
      '"My ""run"", 2",with SE,knock-out,"a.se, all channels",a.se,all,mean,0.75,-0.05,0.7,5,3,0.5',
    );
  });
});

describe('models to look into', () => {
  it("are those with SE that have been trained, each with the run's other model of its seed", () => {
    const choices = specimensOf(sampleRun({ seeds: [1, 2] }));
    expect(choices.map(({ label, other }) => [label, other?.label])).toEqual([
      ['with SE, seed 1', 'without SE, seed 1'],
      ['with SE, seed 2', 'without SE, seed 2'],
    ]);
    expect(specimensOf(sampleRun({ trained: 0, status: 'interrupted' }))).toEqual([]);
    expect(choices[0]?.classes).toHaveLength(10);
  });
});
