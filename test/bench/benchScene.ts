import type { BenchPlan } from './benchPlan';
import type { BenchBrowser } from './peers/benchBrowser';

/** What every section of the bench works with. */
export interface BenchScene {
  /** The repository. */
  root: string;
  plan: BenchPlan;
  browser: BenchBrowser;
  /** Whether PyTorch is installed. */
  hasTorch: boolean;
  /** Tells the progress, a line a measurement. */
  say: (line: string) => void;
}
