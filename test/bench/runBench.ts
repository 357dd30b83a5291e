import type { BenchPlan, Section } from './benchPlan';
import type { BenchResult } from './benchResult';
import type { BenchScene } from './benchScene';
import { torchVersion } from '../support/pytorch/torchPython';
import { BenchBrowser } from './peers/benchBrowser';
import { measureEditing } from './sections/measureEditing';
import { measureExcitation } from './sections/measureExcitation';
import { measureGrowth } from './sections/measureGrowth';
import { measureHeatmap } from './sections/measureHeatmap';
import { measureMemory } from './sections/measureMemory';
import { measureParts } from './sections/measureParts';
import { measureRows } from './sections/measureRows';
import { measureWebgl } from './sections/measureWebgl';

/**
 * Carries out the plan in one browser, section after section.
 *
 * @param root of the repository
 * @param say told what goes on, a line at a time
 */
export async function runBench(
  root: string,
  plan: BenchPlan,
  say: (line: string) => void,
): Promise<BenchResult> {
  const torch = torchVersion();
  say(
    torch ? `PyTorch ${torch}` : 'PyTorch is not installed (Debian: python3-torch): its columns stay empty.',
  );
  const browser = await BenchBrowser.open(root);
  const scene: BenchScene = { root, plan, browser, hasTorch: torch !== undefined, say };
  const measure = async <T>(section: Section, work: (scene: BenchScene) => Promise<T>, otherwise: T) => {
    if (!plan.sections.includes(section)) return otherwise;
    const startedAtMs = performance.now();
    const result = await work(scene);
    say(`section ${section}: ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`);
    return result;
  };
  try {
    return {
      rows: await measure('rows', measureRows, []),
      ...(await measure('parts', measureParts, {
        se_overhead: null,
        feed_share: null,
        gemm_peak_gflops: null,
        efficiency: null,
      })),
      webgl: await measure('webgl', measureWebgl, null),
      growth: await measure('growth', measureGrowth, []),
      memory: await measure('memory', measureMemory, null),
      editing: await measure('editing', measureEditing, null),
      heatmap: await measure('heatmap', measureHeatmap, null),
      excitation: await measure('excitation', measureExcitation, null),
    };
  } finally {
    await browser.close();
  }
}
