import { plainTable } from '../../dom/plainTable';
import { decimal, signed } from '../../format/numbers';
import { distance, rootMeanSquare, type BlockRow } from './imageGates';

const HEADS = [
  'Block',
  'Channels',
  'Mean gate',
  'Least',
  'Most',
  'Most below the mean',
  'Most above',
  'Distance',
];

/** One row a block: where the image's gates lie, and the channels that are furthest from the reference. */
export function imageGatesTable(rows: readonly BlockRow[]): HTMLTableElement {
  const cells = rows.map((row) => {
    const { block, gates, reference } = row;
    const apart = Array.from(gates, (_, channel) => distance(row, channel));
    const extreme = (values: readonly number[], most: number, text: string) =>
      `${text} (channel ${values.indexOf(most)})`;
    const own = [...gates];
    const least = Math.min(...own);
    const most = Math.max(...own);
    return [
      block,
      String(own.length),
      decimal(own.reduce((sum, gate) => sum + gate, 0) / own.length, 3),
      extreme(own, least, decimal(least, 3)),
      extreme(own, most, decimal(most, 3)),
      ...(reference
        ? [
            extreme(apart, Math.min(...apart), signed(Math.min(...apart), 3)),
            extreme(apart, Math.max(...apart), signed(Math.max(...apart), 3)),
            decimal(rootMeanSquare(row), 3),
          ]
        : ['', '', '']),
    ];
  });
  return plainTable('Gates of this image in every block', HEADS, cells);
}
