import type { FigureScene } from '../figures/figureScene';
import { meanGates } from '../scene/cellValues';
import { csvOf } from './csv';

/** Every channel of the charts' blocks, also those that the charts leave out: mean and standard deviation of the chosen classes. */
export function figureCsv({ charts, source, epoch, classes }: FigureScene): string {
  const chosen = classes.filter((label) => label !== null);
  const nameOf = (label: number) => source.classes[label] ?? String(label);
  const heads = [
    'stage',
    'block',
    'channel',
    'mean of all classes',
    ...chosen.flatMap((label) => [`mean of ${nameOf(label)}`, `standard deviation of ${nameOf(label)}`]),
  ];
  const rows = charts.flatMap(({ stage, block: id }) => {
    const block = epoch.gates.blocks.find((candidate) => candidate.block === id);
    if (!block) return [];
    const all = meanGates(block, epoch.gates, null);
    const means = chosen.map((label) => meanGates(block, epoch.gates, label));
    return Array.from(all, (gate, channel) => [
      stage,
      id,
      channel,
      gate,
      ...chosen.flatMap((label, index) => [
        means[index]?.[channel] ?? NaN,
        block.deviation[label * block.channels + channel] ?? NaN,
      ]),
    ]);
  });
  return csvOf(heads, rows);
}
