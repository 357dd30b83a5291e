import { benchSpec } from '../benchPlan';
import type { BenchResult } from '../benchResult';
import type { BenchScene } from '../benchScene';
import { EnginePeer } from '../peers/enginePeer';

/** Memory grows while shapes are new, so the first look is not at the start. */
const LARGEST_BATCH = 32;

/** WASM memory and tensors after so many steps of one training. */
export async function measureMemory({
  plan,
  browser,
  say,
}: BenchScene): Promise<NonNullable<BenchResult['memory']>> {
  const engine = await EnginePeer.start(browser, 'wasm', 1);
  try {
    const batch = Math.min(plan.batch, LARGEST_BATCH);
    const contestant = await engine.open(benchSpec(plan.depths[0]!, plan.width), batch);
    const looks: NonNullable<BenchResult['memory']> = [];
    let taken = 0;
    for (const steps of plan.memorySteps) {
      await contestant.run(steps - taken);
      taken = steps;
      looks.push({ steps, ...(await engine.memory()) });
      say(`memory after ${steps} steps: ${(looks.at(-1)!.wasm_bytes / 2 ** 20).toFixed(1)} MiB`);
    }
    return looks;
  } finally {
    await engine.stop();
  }
}
