import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/core/model/compileModel';
import { parameterCount } from '../../../src/core/model/graph';
import { costOverhead, modelCost } from '../../../src/core/model/modelCost';
import { BACKBONE_DEPTHS } from '../../../src/core/model/backboneFamily';
import { specOf } from './definitionFixture';

const costOf = (...args: Parameters<typeof specOf>) => modelCost(compileModel(specOf(...args)));

describe('modelCost', () => {
  it.each([
    // Golden counts of SE at r = 16 with bias; the sums behind them are (2/r) C^2 + C/r + C for every block.
    [20, 2_373],
    [56, 7_119],
    [110, 14_238],
    [164, 202_104],
  ] as const)('SE adds the published number of parameters to ResNet-%i', (depth, extra) => {
    const overhead = costOverhead(costOf(depth), costOf(depth, { reduction: 16 }));
    expect(overhead.params).toBe(extra);
  });

  it.each([
    // Totals published with the imgclsmob model zoo, whose CIFAR nets project as ours do.
    [20, 272_474, 274_847],
    [56, 855_770, 862_889],
    [110, 1_730_714, 1_744_952],
    [164, 1_704_154, 1_906_258],
  ] as const)(
    'ResNet-%i has the published number of parameters without and with SE',
    (depth, plain, gated) => {
      expect(costOf(depth).params).toBe(plain);
      expect(costOf(depth, { reduction: 16 }).params).toBe(gated);
    },
  );

  it('without bias adds (2/r) C^2 for every block', () => {
    const extra = 3 * ((2 / 16) * (16 ** 2 + 32 ** 2 + 64 ** 2));
    expect(costOverhead(costOf(20), costOf(20, { reduction: 16, bias: false })).params).toBe(extra);
  });

  const imageNet = { classes: 1000, input: { height: 224, width: 224 } };

  it.each([
    // torchvision's numbers.
    [18, 11_689_512],
    [34, 21_797_672],
    [50, 25_557_032],
    [101, 44_549_160],
    [152, 60_192_808],
  ] as const)('ResNet-%i for ImageNet has the published number of parameters, %i', (depth, params) => {
    expect(costOf(depth, 'none', imageNet).params).toBe(params);
  });

  it('SE adds the published number of parameters to every stage of ResNet-50', () => {
    const se = (stages: number[]) => costOf(50, { reduction: 16, bias: false, stages }, imageNet).se.params;
    expect([1, 2, 3, 4].map((stage) => se([stage]))).toEqual([24_576, 131_072, 786_432, 1_572_864]);
    expect(se([1, 2, 3, 4])).toBe(2_514_944);
    const percent = costOverhead(costOf(50, 'none', imageNet), costOf(50, { reduction: 16 }, imageNet));
    // About 10%, as the paper says (section 4).
    expect(percent.paramsPercent).toBeGreaterThan(9.8);
    expect(percent.paramsPercent).toBeLessThan(10);
  });

  it("is 231 M multiply-adds above the paper's 3.86 G of ResNet-50, which the place of the strides makes up", () => {
    const { macs } = costOf(50, 'none', imageNet);
    expect(macs).toBe(4_089_184_256);
    // The paper's networks have the stride of a unit in its first 1x1 convolution, which then makes a quarter of the pixels.
    const saved =
      (56 ** 2 - 28 ** 2) * 256 * 128 + (28 ** 2 - 14 ** 2) * 512 * 256 + (14 ** 2 - 7 ** 2) * 1024 * 512;
    expect(((macs - saved) / 1e9).toFixed(2)).toBe('3.86');
    const excited = costOf(50, { reduction: 16, bias: false }, imageNet);
    expect(((excited.macs - saved) / 1e9).toFixed(2)).toBe('3.87');
  });

  it('agrees with ResNet-20 added up by hand: parameters', () => {
    const bn = (channels: number) => 2 * channels;
    const stem = 3 * 3 * 3 * 16 + bn(16);
    const stage1 = 6 * (3 * 3 * 16 * 16 + bn(16));
    const stage2 = 3 * 3 * 16 * 32 + bn(32) + 5 * (3 * 3 * 32 * 32 + bn(32)) + (16 * 32 + bn(32));
    const stage3 = 3 * 3 * 32 * 64 + bn(64) + 5 * (3 * 3 * 64 * 64 + bn(64)) + (32 * 64 + bn(64));
    const head = 64 * 10 + 10;
    const total = stem + stage1 + stage2 + stage3 + head;
    // The usual 0.27 M of ResNet-20 without projections, 269,722, plus two projections with BN.
    expect(total).toBe(269_722 + (16 * 32 + 64) + (32 * 64 + 128));
    expect(costOf(20).params).toBe(total);
  });

  it('agrees with ResNet-20 added up by hand: multiply-adds', () => {
    const stem = 32 * 32 * (3 * 3 * 3 * 16);
    const stage1 = 32 * 32 * 6 * (3 * 3 * 16 * 16);
    const stage2 = 16 * 16 * (3 * 3 * 16 * 32 + 5 * (3 * 3 * 32 * 32) + 16 * 32);
    const stage3 = 8 * 8 * (3 * 3 * 32 * 64 + 5 * (3 * 3 * 64 * 64) + 32 * 64);
    const total = stem + stage1 + stage2 + stage3 + 64 * 10;
    expect(costOf(20).macs).toBe(total);
    // The usual 40.55 M without projections.
    expect((total - 16 * 16 * 16 * 32 - 8 * 8 * 32 * 64) / 1e6).toBeCloseTo(40.55, 2);
  });

  it('charges SE for squeeze, FC layers, gate and scaling', () => {
    const block = (side: number, channels: number, hidden: number) =>
      side * side * channels + channels * hidden + hidden * channels + channels + side * side * channels;
    const expected = block(32, 16, 4) + block(16, 32, 8) + block(8, 64, 16);
    const overhead = costOverhead(costOf(8), costOf(8, { reduction: 4 }));
    expect(overhead.macs).toBe(expected);
    expect(overhead.macsPercent).toBeCloseTo((100 * expected) / costOf(8).macs, 10);
    expect(costOf(8, { reduction: 4 }).se.macs).toBe(expected);
  });

  it('charges a block for the channels it sits on', () => {
    // Before the first unit of stage 2 there are 16 channels of 32 x 32, after it 32 of 16 x 16.
    const se = (place: 'pre' | 'standard') => costOf(8, { place, stages: [2], bias: false, hidden: 4 }).se;
    expect(se('pre').params).toBe(2 * 16 * 4);
    expect(se('standard').params).toBe(2 * 32 * 4);
    expect(se('pre').macs).toBe(2 * 32 * 32 * 16 + 2 * 16 * 4 + 16);
  });

  it.each(BACKBONE_DEPTHS)('has totals that are the sums of the nodes of ResNet-%i', (depth) => {
    const graph = compileModel(specOf(depth, {}));
    const cost = modelCost(graph);
    expect(cost.params).toBe(parameterCount(graph));
    expect(cost.nodes.reduce((sum, node) => sum + node.macs, 0)).toBe(cost.macs);
    expect(cost.nodes.reduce((sum, node) => sum + node.params, 0)).toBe(cost.params);
  });

  it('counts nothing for SE where there is none', () => {
    expect(costOf(8).se).toEqual({ params: 0, macs: 0 });
  });
});
