import { compileModel } from '../../core/model/compileModel';
import { costOverhead, modelCost } from '../../core/model/modelCost';
import { withoutSe, type ModelSpec } from '../../core/model/modelSpec';

/** For instance `77,850 parameters (+1.3%) · 12.5 M MACs (+0.2%)`; the percentages are what SE adds. */
export function costText(spec: ModelSpec): string {
  const cost = modelCost(compileModel(spec));
  const extra = spec.se === 'none' ? undefined : costOverhead(modelCost(compileModel(withoutSe(spec))), cost);
  const added = (percent: number | undefined) =>
    percent === undefined ? '' : ` (+${percent.toFixed(1)}% by SE)`;
  const params = `${cost.params.toLocaleString('en-US')} parameters${added(extra?.paramsPercent)}`;
  return `${params} · ${(cost.macs / 1e6).toFixed(1)} M MACs${added(extra?.macsPercent)}`;
}
