/** What a report says, as plain data. */
import type { SeOverhead } from '../model/modelCost';
import type { BackendReport, EpochMetrics, RunStatus } from './runEvents';
import type { ArmId, RunPlan } from './runPlan';
import type { Verdict } from './verdict';

export interface ReportedModel {
  id: ArmId;
  label: string;
  params: number;
  macs: number;
  /** Part of the totals that SE blocks make up. */
  se: { params: number; macs: number };
  /** Median over epochs and seeds of the epochs' median step times; absent before the first epoch. */
  stepMs?: number;
  seeds: { seed: number; epochs: readonly EpochMetrics[] }[];
}

export interface RunReport {
  plan: RunPlan;
  status: RunStatus;
  /** Why a failed run failed. */
  failure?: string;
  backend?: BackendReport;
  models: ReportedModel[];
  /** What model b costs beyond model a; absent if there is only one. */
  overhead?: SeOverhead;
  verdict: Verdict;
  /** What the numbers do not show by themselves, in sentences. */
  notes: string[];
}
