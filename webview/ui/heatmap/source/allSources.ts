import type { PageState } from '../../store/pageState';
import type { GateSource } from '../heatmapSource';
import { runSources } from './runSources';
import { traceSources } from './traceSources';

/** The jobs of the run on display, opened recordings, and the jobs of the run that was read to compare with. */
export function allSources({ run, traces, comparedRun }: PageState): GateSource[] {
  const other = comparedRun && comparedRun.plan.runId !== run?.plan.runId ? comparedRun : null;
  return [
    ...(run ? runSources(run, true) : []),
    ...traceSources(traces),
    ...(other ? runSources(other, false).filter(({ epochs }) => epochs.length > 0) : []),
  ];
}
