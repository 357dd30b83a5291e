import { compileModel } from '../../../src/core/model/compileModel';
import type { Graph } from '../../../src/core/model/graph';
import { modelCost } from '../../../src/core/model/modelCost';
import { median } from '../../../src/core/training/statistics';
import { benchSpec } from '../benchPlan';
import type { BenchResult } from '../benchResult';
import type { BenchScene } from '../benchScene';
import { contest } from '../contest';
import { EnginePeer } from '../peers/enginePeer';

type Parts = Pick<BenchResult, 'se_overhead' | 'feed_share' | 'gemm_peak_gflops' | 'efficiency'>;

/** Where a step of the shallowest model goes, on one worker: SE's part, the feed's part, and how near the arithmetic is to its ceiling. */
export async function measureParts({ plan, browser, say }: BenchScene): Promise<Parts> {
  const spec = benchSpec(plan.depths[0]!, plan.width);
  const plain = benchSpec(plan.depths[0]!, plan.width, false);
  const engine = await EnginePeer.start(browser, 'wasm', 1);
  try {
    const feedShares: number[] = [];
    const peaks: number[] = [];
    const contestants = [
      await engine.open(spec, plan.batch, ({ ms, feedMs }) => feedShares.push(feedMs / ms)),
      await engine.open(plain, plan.batch),
    ];
    // A difference of a few percent wants more and shorter pieces.
    const rules = { ...plan, repetitions: 2 * plan.repetitions, pieceMs: plan.pieceMs / 2 };
    const [withSe, without] = (await contest(contestants, rules, say, async () => {
      peaks.push(await engine.gemmGflops());
      say(`matrix product: ${peaks.at(-1)!.toFixed(1)} GFLOP/s`);
    })) as [number, number];
    const peak = median(peaks);
    return {
      se_overhead: without / withSe,
      feed_share: median(feedShares),
      gemm_peak_gflops: peak,
      efficiency: (withSe * stepFlops(compileModel(spec))) / (peak * 1e9),
    };
  } finally {
    await engine.stop();
  }
}

/**
 * Floating-point operations of a training step for one image, two for each of core's nominal multiply-adds: forward, input gradient and
 * filter gradient cost the same; nobody wants the gradient of the images.
 */
function stepFlops(graph: Graph): number {
  const images = graph.nodes[0]!.id;
  const macs = modelCost(graph).nodes.map((cost, index) => {
    const passes = graph.nodes[index]!.inputs.includes(images) ? 2 : 3;
    return passes * cost.macs;
  });
  return 2 * macs.reduce((sum, value) => sum + value, 0);
}
