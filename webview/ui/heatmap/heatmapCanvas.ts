import { element, setText } from '../dom/element';
import { drawHeatmap, layOut, type Layout } from './drawHeatmap';
import type { Cell, HeatmapModel, HeatRow } from './heatmapModel';

export interface HeatmapOptions {
  label: string;
  onCursor(cell: Cell | null, by: 'key' | 'pointer'): void;
  /** Click or Enter. */
  onActivate?(cell: Cell): void;
}

export interface Heatmap {
  readonly element: HTMLElement;
  show(model: HeatmapModel, cursor: Cell | null, selectedKey: string | null): void;
}

/**
 * Rows of coloured cells on a canvas. One tab stop: arrow keys move the cursor cell, Home and End go to a row's ends, Page Up and Down to
 * the first and last row, Enter activates, Escape takes the cursor away.
 */
export function heatmapCanvas(options: HeatmapOptions): Heatmap {
  const canvas = element('canvas', { 'aria-hidden': 'true' });
  const labels = element('div', { class: 'heat-labels', 'aria-hidden': 'true' });
  const field = element(
    'div',
    {
      class: 'heat-field',
      tabindex: 0,
      role: 'application',
      'aria-roledescription': 'heatmap',
      'aria-label': `${options.label}. Arrow keys move between cells.`,
    },
    canvas,
  );
  const made = element('div', { class: 'heatmap' }, labels, field);
  let shown: { model: HeatmapModel; cursor: Cell | null; selectedKey: string | null } | undefined;

  const layout = (): Layout => layOut(shown?.model.rows ?? [], field.clientWidth);
  const redraw = () => {
    if (!shown || field.clientWidth === 0) return;
    const { model, cursor } = shown;
    const place = layout();
    field.style.height = `${place.height}px`;
    drawHeatmap(canvas, model, cursor, place);
    placeLabels(labels, model.rows, place, shown.selectedKey);
  };
  new ResizeObserver(redraw).observe(field);

  const cellAt = (event: MouseEvent): Cell | null => {
    const bounds = field.getBoundingClientRect();
    const { tops, rowHeight } = layout();
    const y = event.clientY - bounds.top;
    const row = tops.findIndex((top) => y >= top && y < top + rowHeight);
    const columns = shown?.model.rows[row]?.values.length ?? 0;
    const column = Math.floor(((event.clientX - bounds.left) / bounds.width) * columns);
    return columns > 0 && column >= 0 && column < columns ? { row, column } : null;
  };
  field.addEventListener('pointermove', (event) => options.onCursor(cellAt(event), 'pointer'));
  field.addEventListener('pointerleave', () => options.onCursor(null, 'pointer'));
  field.addEventListener('click', (event) => {
    const cell = cellAt(event);
    if (cell) options.onActivate?.(cell);
  });
  field.addEventListener('keydown', (event) => {
    if (!shown) return;
    const { rows } = shown.model;
    const cell = shown.cursor;
    if (event.key === 'Enter' && cell) options.onActivate?.(cell);
    else if (event.key === 'Escape') options.onCursor(null, 'key');
    else {
      const next = cellAfterKey(event.key, cell, rows);
      if (!next) return;
      options.onCursor(next, 'key');
    }
    event.preventDefault();
  });
  return {
    element: made,
    show: (model, cursor, selectedKey) => {
      shown = { model, cursor, selectedKey };
      redraw();
    },
  };
}

function placeLabels(
  target: HTMLElement,
  rows: readonly HeatRow[],
  { tops, rowHeight, height }: Layout,
  selectedKey: string | null,
): void {
  while (target.childElementCount > rows.length) target.lastElementChild?.remove();
  while (target.childElementCount < rows.length) target.append(element('div', { class: 'heat-label' }));
  target.style.height = `${height}px`;
  // The widest label decides the column's width; the labels themselves are out of the flow.
  const widest = Math.max(0, ...rows.map(({ label }) => label.length));
  target.style.width = `${widest + 1.5}ch`;
  rows.forEach((row, index) => {
    const label = target.children[index];
    if (!(label instanceof HTMLElement)) return;
    setText(label, row.label);
    label.style.top = `${tops[index] ?? 0}px`;
    label.style.height = `${rowHeight}px`;
    label.classList.toggle('selected', row.key === selectedKey);
  });
}

/** Up and down keep the relative place, as rows differ in length. */
function cellAfterKey(key: string, cell: Cell | null, rows: readonly HeatRow[]): Cell | undefined {
  const lengthOf = (row: number) => rows[row]?.values.length ?? 0;
  if (rows.length === 0) return undefined;
  const from = cell ?? { row: 0, column: -1 };
  const last = lengthOf(from.row) - 1;
  const toRow = (wanted: number): Cell => {
    const row = Math.min(rows.length - 1, Math.max(0, wanted));
    const place = Math.max(0, from.column) / Math.max(1, last + 1);
    return { row, column: Math.floor(place * lengthOf(row)) };
  };
  switch (key) {
    case 'ArrowRight':
      return { row: from.row, column: Math.min(last, from.column + 1) };
    case 'ArrowLeft':
      return { row: from.row, column: Math.max(0, from.column - 1) };
    case 'ArrowDown':
      return toRow(cell ? from.row + 1 : 0);
    case 'ArrowUp':
      return toRow(from.row - 1);
    case 'PageDown':
      return toRow(rows.length - 1);
    case 'PageUp':
      return toRow(0);
    case 'Home':
      return { row: from.row, column: 0 };
    case 'End':
      return { row: from.row, column: last };
    default:
      return undefined;
  }
}
