import { element, svgElement } from '../dom/element';
import { lastEpoch, type ChartModel } from './chartModel';
import { describeEpoch } from './describeEpoch';
import { drawChart, epochAtX } from './drawChart';

export interface LineChart {
  readonly element: HTMLElement;
  /** Draws the model; `epoch` is under the cursor, or null. */
  show(model: ChartModel, epoch: number | null): void;
}

/**
 * Values per epoch as lines. One tab stop that acts as a slider over the epochs: arrow keys, Home and End move the cursor, Escape
 * takes it away; the values are spoken. `onCursor` hears of every move, by key or pointer.
 */
export function lineChart(onCursor: (epoch: number | null) => void): LineChart {
  const drawing = svgElement('svg', { class: 'chart', 'aria-hidden': 'true' });
  const made = element(
    'div',
    { class: 'chart-frame', role: 'slider', tabindex: 0, 'aria-label': 'Epoch' },
    drawing,
  );
  let shown: { model: ChartModel; epoch: number | null } | undefined;
  const redraw = () => {
    if (!shown || made.clientWidth === 0) return;
    const { clientWidth: width, clientHeight: height } = made;
    drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    drawing.setAttribute('width', String(width));
    drawing.setAttribute('height', String(height));
    drawing.replaceChildren(...drawChart(shown.model, shown.epoch, { width, height }));
  };
  new ResizeObserver(redraw).observe(made);
  made.addEventListener('pointermove', (event) => {
    if (!shown) return;
    const bounds = made.getBoundingClientRect();
    onCursor(epochAtX(shown.model, event.clientX - bounds.left, bounds));
  });
  made.addEventListener('pointerleave', () => onCursor(null));
  made.addEventListener('keydown', (event) => {
    const last = shown ? lastEpoch(shown.model) : 0;
    if (last === 0) return;
    const next = epochAfterKey(event.key, shown?.epoch ?? last, last);
    if (next === undefined) return;
    event.preventDefault();
    onCursor(next);
  });
  return {
    element: made,
    show: (model, epoch) => {
      shown = { model, epoch };
      speak(made, model, epoch);
      redraw();
    },
  };
}

function speak(target: HTMLElement, model: ChartModel, epoch: number | null): void {
  const last = lastEpoch(model);
  target.setAttribute('aria-valuemin', String(Math.min(1, last)));
  target.setAttribute('aria-valuemax', String(last));
  target.setAttribute('aria-valuenow', String(epoch ?? last));
  target.setAttribute(
    'aria-valuetext',
    last === 0 ? 'No epoch has finished yet' : describeEpoch(model, epoch ?? last),
  );
}

function epochAfterKey(key: string, current: number, last: number): number | null | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(1, current - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(last, current + 1);
    case 'Home':
      return 1;
    case 'End':
      return last;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}
