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
  return `${params} · ${macsText(cost.macs)}${added(extra?.macsPercent)}`;
}

function macsText(macs: number): string {
  return macs < 1e9 ? `${(macs / 1e6).toFixed(1)} M MACs` : `${(macs / 1e9).toFixed(2)} G MACs`;
}
