import { benchSpec } from '../benchPlan';
import type { BenchResult } from '../benchResult';
import type { BenchScene } from '../benchScene';
import { contest } from '../contest';
import { EnginePeer } from '../peers/enginePeer';
import { StockPeer } from '../peers/stockPeer';

/** Our engine on WebGL against stock TensorFlow.js on the same WebGL, with the same batch. */
export async function measureWebgl({
  plan,
  browser,
  say,
}: BenchScene): Promise<NonNullable<BenchResult['webgl']>> {
  const spec = benchSpec(plan.depths[0]!, plan.width);
  const { batch } = plan.stock;
  const engine = await EnginePeer.start(browser, 'webgl', 1);
  const stock = await StockPeer.start(browser);
  try {
    const ours = await engine.open(spec, batch);
    const contestants = [
      { ...ours, name: `${ours.name}, WebGL`, fewSteps: plan.webglSteps },
      await stock.open(spec, batch, plan.webglSteps),
    ];
    const rules = { ...plan, repetitions: plan.webglSteps };
    const [oursIps, stockIps] = (await contest(contestants, rules, say)) as [number, number];
    return {
      renderer: stock.renderer,
      ours_ips: oursIps,
      stock_ips: stockIps,
      ratio: oursIps / stockIps,
    };
  } finally {
    await Promise.all([engine.stop(), stock.stop()]);
  }
}
