import { benchSpec } from '../benchPlan';
import type { Growth } from '../benchResult';
import type { BenchScene } from '../benchScene';
import { contest } from '../contest';
import { EnginePeer } from '../peers/enginePeer';

interface Size {
  depth: number;
  width: number;
  batch: number;
}

/** Images per second on one worker as the model gets wider, deeper, and the batch larger; all sizes in one contest. */
export async function measureGrowth({ plan, browser, say }: BenchScene): Promise<Growth[]> {
  const base: Size = { depth: plan.depths[0]!, width: plan.width, batch: plan.batch };
  const { widths, depths, batches } = plan.growth;
  const points: { size: Size; grown: (ours_ips: number) => Growth }[] = [
    ...widths.map((width) => ({
      size: { ...base, width },
      grown: (ours_ips: number) => ({ width, ours_ips }),
    })),
    ...depths.map((depth) => ({
      size: { ...base, depth },
      grown: (ours_ips: number) => ({ depth, ours_ips }),
    })),
    ...batches.map((batch) => ({
      size: { ...base, batch },
      grown: (ours_ips: number) => ({ batch, ours_ips }),
    })),
  ];
  const keyOf = ({ depth, width, batch }: Size) => `${depth} ${width} ${batch}`;
  // The size all three lines share is measured once.
  const sizes = [...new Map(points.map(({ size }) => [keyOf(size), size])).values()];
  const engine = await EnginePeer.start(browser, 'wasm', 1);
  try {
    const contestants = [];
    for (const { depth, width, batch } of sizes) {
      const contestant = await engine.open(benchSpec(depth, width), batch);
      contestants.push({ ...contestant, name: `${contestant.name}, batch ${batch}` });
    }
    const rates = await contest(contestants, { ...plan, warmUpSteps: 2 }, say);
    const rateOf = new Map(sizes.map((size, index) => [keyOf(size), rates[index]!]));
    return points.map(({ size, grown }) => grown(rateOf.get(keyOf(size))!));
  } finally {
    await engine.stop();
  }
}
