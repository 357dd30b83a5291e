import type { LineRow, TreeRow } from './treeRows';

/** Which rows are open. */
export interface OpenRows {
  isOpen(row: TreeRow): boolean;
}

/** What a key does in the tree, after the ARIA pattern; undefined if it does nothing. */
export type TreeMove =
  { kind: 'select'; row: TreeRow } | { kind: 'toggle'; row: TreeRow } | { kind: 'open'; row: TreeRow };

/** The rows that show, in order. */
export function visibleRows(lines: readonly LineRow[], open: OpenRows): TreeRow[] {
  return lines.flatMap((line): TreeRow[] => (open.isOpen(line) ? [line, ...line.blocks] : [line]));
}

/**
 * Up and down, Home and End move; right opens a row or goes into it, left closes it or goes out; space turns it over; Enter goes on in the
 * code.
 */
export function treeMove(
  key: string,
  active: TreeRow,
  lines: readonly LineRow[],
  open: OpenRows,
): TreeMove | undefined {
  const rows = visibleRows(lines, open);
  const at = rows.findIndex((row) => row.key === active.key);
  const select = (row: TreeRow | undefined): TreeMove | undefined => row && { kind: 'select', row };
  switch (key) {
    case 'ArrowDown':
      return select(rows[at + 1]);
    case 'ArrowUp':
      return select(rows[at - 1]);
    case 'Home':
      return select(rows[0]);
    case 'End':
      return select(rows.at(-1));
    case 'ArrowRight':
      if (!open.isOpen(active)) return { kind: 'toggle', row: active };
      return active.kind === 'line' ? select(active.blocks[0]) : undefined;
    case 'ArrowLeft':
      if (open.isOpen(active)) return { kind: 'toggle', row: active };
      return select(lines.find(({ blocks }) => blocks.some((block) => block.key === active.key)));
    case ' ':
      return { kind: 'toggle', row: active };
    case 'Enter':
      return { kind: 'open', row: active };
    default:
      return undefined;
  }
}
