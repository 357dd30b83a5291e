import { element, setHidden, setText } from '../dom/element';
import { cellAfterKey } from './cellKeys';
import { drawHeatmap } from './drawHeatmap';
import { layOut, type Layout } from './heatmapLayout';
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

interface Shown {
  model: HeatmapModel;
  cursor: Cell | null;
  selectedKey: string | null;
}

/**
 * Rows of coloured cells on a canvas. One tab stop: arrow keys move the cursor cell, Home and End go to a row's ends, Page Up and Down to
 * the first and last row, Enter activates, Escape takes the cursor away.
 */
export function heatmapCanvas(options: HeatmapOptions): Heatmap {
  const canvas = element('canvas', { 'aria-hidden': 'true' });
  const labels = element('div', { class: 'heat-labels', 'aria-hidden': 'true' });
  const frame = element('div', { class: 'heat-cursor', 'aria-hidden': 'true' });
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
    frame,
  );
  const made = element('div', { class: 'heatmap' }, labels, field);
  let shown: Shown | undefined;
  let place: Layout = layOut([], 0);

  const redraw = () => {
    if (!shown || field.clientWidth === 0) return;
    place = layOut(shown.model.rows, field.clientWidth);
    field.style.height = `${place.height}px`;
    drawHeatmap(canvas, shown.model, place);
    placeLabels(labels, shown.model.rows, place);
    drawMarks();
  };
  const drawMarks = () => {
    if (!shown) return;
    const { model, cursor, selectedKey } = shown;
    placeFrame(frame, cursor, model.rows, place);
    model.rows.forEach(({ key }, index) =>
      labels.children[index]?.classList.toggle('selected', key === selectedKey),
    );
  };
  new ResizeObserver(redraw).observe(field);

  const cellAt = (event: MouseEvent): Cell | null => {
    const bounds = field.getBoundingClientRect();
    const { tops, rowHeight } = place;
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
      const isSamePicture = shown?.model === model && place.width === field.clientWidth;
      shown = { model, cursor, selectedKey };
      // The cursor follows the pointer, and must not cost a picture each time.
      if (isSamePicture) drawMarks();
      else redraw();
    },
  };
}

function placeFrame(
  frame: HTMLElement,
  cursor: Cell | null,
  rows: readonly HeatRow[],
  { width, rowHeight, tops }: Layout,
): void {
  const columns = cursor ? (rows[cursor.row]?.values.length ?? 0) : 0;
  setHidden(frame, columns === 0);
  if (!cursor || columns === 0) return;
  frame.style.left = `${(cursor.column * width) / columns}px`;
  frame.style.width = `${width / columns}px`;
  frame.style.top = `${tops[cursor.row] ?? 0}px`;
  frame.style.height = `${rowHeight}px`;
}

function placeLabels(
  target: HTMLElement,
  rows: readonly HeatRow[],
  { tops, rowHeight, height }: Layout,
): void {
  while (target.childElementCount > rows.length) target.lastElementChild?.remove();
  while (target.childElementCount < rows.length) target.append(element('div', { class: 'heat-label' }));
  // The widest label decides the column's width; the labels themselves are out of the flow.
  const widest = Math.max(0, ...rows.map(({ label }) => label.length));
  setStyle(target, 'height', `${height}px`);
  setStyle(target, 'width', `${widest + 1.5}ch`);
  rows.forEach((row, index) => {
    const label = target.children[index];
    if (!(label instanceof HTMLElement)) return;
    setText(label, row.label);
    setStyle(label, 'top', `${tops[index] ?? 0}px`);
    setStyle(label, 'height', `${rowHeight}px`);
  });
}

/** Scrubbing draws the same labels again and again. */
function setStyle(target: HTMLElement, property: 'top' | 'height' | 'width', value: string): void {
  if (target.style[property] !== value) target.style[property] = value;
}
