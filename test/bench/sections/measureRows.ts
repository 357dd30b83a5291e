import type { ModelSpec } from '../../../src/core/model/modelSpec';
import { benchSpec } from '../benchPlan';
import type { BenchRow } from '../benchResult';
import type { BenchScene } from '../benchScene';
import { contest, type Contestant } from '../contest';
import { EnginePeer } from '../peers/enginePeer';
import { StockPeer } from '../peers/stockPeer';
import { TorchPeer } from '../peers/torchPeer';

interface Peers {
  /** For each number of workers of the plan. */
  sides: { workers: number; engine: EnginePeer; torch?: TorchPeer }[];
  stock?: StockPeer;
}

/** Ours against PyTorch with as many threads, and against stock TensorFlow.js; all contestants of a model in one contest. */
export async function measureRows(scene: BenchScene): Promise<BenchRow[]> {
  const { depths, width } = scene.plan;
  const specs = depths.map((depth) => benchSpec(depth, width));
  const peers: Peers = { sides: [] };
  try {
    await startPeers(scene, specs, peers);
    const rows: BenchRow[] = [];
    for (const [index, spec] of specs.entries()) {
      rows.push(...(await measureModel(scene, spec, index === 0, peers)));
      for (const { engine } of peers.sides) await engine.closeAll();
    }
    return rows;
  } finally {
    for (const { torch, engine } of peers.sides) {
      torch?.stop();
      await engine.stop();
    }
    await peers.stock?.stop();
  }
}

/** Puts what it has started into `peers`, so that it is stopped too when a later one fails. */
async function startPeers(
  { plan, browser, root, hasTorch }: BenchScene,
  specs: readonly ModelSpec[],
  peers: Peers,
): Promise<void> {
  for (const workers of plan.workers) {
    const side: Peers['sides'][number] = {
      workers,
      engine: await EnginePeer.start(browser, 'wasm', workers),
    };
    peers.sides.push(side);
    if (hasTorch) side.torch = await TorchPeer.start(root, workers, specs, plan.batch);
  }
  if (plan.stock.steps > 0) peers.stock = await StockPeer.start(browser);
}

async function measureModel(
  { plan, say }: BenchScene,
  spec: ModelSpec,
  isFirst: boolean,
  { sides, stock }: Peers,
): Promise<BenchRow[]> {
  const { batch } = plan;
  const contestants: Contestant[] = [];
  const enter = (contestant: Contestant) => {
    contestants.push(contestant);
    return contestant;
  };
  const pairs = [];
  for (const { workers, engine, torch } of sides) {
    const ours = enter(await engine.open(spec, batch));
    pairs.push({ workers, ours, theirs: torch && enter(torch.contestant(spec, batch, workers)) });
  }
  const stockSteps = isFirst ? plan.stock.steps : 1;
  const stockRuns = stock !== undefined && (isFirst || plan.stock.deeper);
  const stockEntry = stockRuns ? enter(await stock.open(spec, plan.stock.batch, stockSteps)) : undefined;
  const medians = await contest(contestants, plan, say);
  const rates = new Map(contestants.map((contestant, index) => [contestant, medians[index]!]));
  const rateOf = (contestant: Contestant | undefined) =>
    contestant === undefined ? null : rates.get(contestant)!;
  return pairs.map(({ workers, ours, theirs }) => {
    const ours_ips = rates.get(ours)!;
    const torch_ips = rateOf(theirs);
    const stock_tfjs_ips = rateOf(stockEntry);
    return {
      model: spec.name,
      batch,
      workers,
      ours_ips,
      torch_ips,
      stock_tfjs_ips,
      ratio_torch: torch_ips === null ? null : ours_ips / torch_ips,
      ratio_stock: stock_tfjs_ips === null ? null : ours_ips / stock_tfjs_ips,
    };
  });
}
