import type { HeatmapScene, SceneModel } from '../scene/heatmapScene';
import { csvOf } from './csv';

/** One line a cell of the map of all blocks, in the order on display. */
export function mapCsv({ model, quantity, source }: HeatmapScene): string {
  const rows = model.rows.flatMap((row) => {
    const stage = source.blocks.find(({ id }) => id === row.key)?.stage ?? '';
    return Array.from(row.values, (value, place) => [row.key, stage, row.channels[place] ?? '', value]);
  });
  return csvOf(['block', 'stage', 'channel', quantity.name.toLowerCase()], rows);
}

/** One line a channel of the block in the detail, one column a class or image. */
export function detailCsv({ detail }: { detail: SceneModel }): string {
  const channels = detail.rows[0]?.channels ?? new Uint32Array();
  const rows = Array.from(channels, (channel, place) => [
    channel,
    ...detail.rows.map(({ values }) => values[place] ?? NaN),
  ]);
  return csvOf(['channel', ...detail.rows.map(({ label }) => label)], rows);
}
