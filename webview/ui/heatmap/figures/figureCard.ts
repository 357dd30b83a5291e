import { dropdown } from '../../controls/toolkit';
import { element, setText, svgElement } from '../../dom/element';
import { decimal, wholeNumber } from '../../format/numbers';
import { drawFigure, placeAtX } from './drawFigure';
import type { FigureChart, FigureScene } from './figureScene';
import { markElement } from './mark';

export interface FigureCard {
  readonly element: HTMLElement;
  show(chart: FigureChart, scene: FigureScene): void;
}

/**
 * The chart of one stage. One tab stop that acts as a slider over the channels: arrow keys, Home, End, Page Up and Down move the cursor, Escape
 * takes it away; the values are spoken.
 */
export function figureCard(chooseBlock: (stage: number, block: string) => void): FigureCard {
  let shown: { chart: FigureChart; scene: FigureScene } | undefined;
  let place: number | null = null;
  const title = element('h3', {});
  const blocks = dropdown({
    label: 'Block',
    onChange: (block) => {
      if (shown) chooseBlock(shown.chart.stage, block);
    },
  });
  const drawing = svgElement('svg', { class: 'chart', 'aria-hidden': 'true' });
  const frame = element('div', { class: 'figure-frame', role: 'slider', tabindex: 0 }, drawing);
  const readout = element('p', { class: 'readout' });

  const draw = () => {
    if (!shown) return;
    const { chart, scene } = shown;
    if (place !== null && place >= chart.channels.length) place = null;
    const drawn = `${wholeNumber(chart.channels.length)} of ${wholeNumber(chart.outOf)} channels, evenly spaced`;
    const hint =
      chart.channels.length < chart.outOf
        ? `${drawn}. Point at the chart to read it.`
        : 'Point at the chart to read it.';
    setText(readout, place === null ? hint : describePlace(chart, place));
    frame.setAttribute('aria-label', `Stage ${chart.stage}, ${chart.block}: channel`);
    frame.setAttribute('aria-valuemin', '1');
    frame.setAttribute('aria-valuemax', String(chart.channels.length));
    frame.setAttribute('aria-valuenow', String((place ?? 0) + 1));
    frame.setAttribute('aria-valuetext', describePlace(chart, place ?? 0));
    const { clientWidth: width, clientHeight: height } = frame;
    if (width === 0) return;
    drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    drawing.setAttribute('width', String(width));
    drawing.setAttribute('height', String(height));
    drawing.replaceChildren(...drawFigure(chart, scene, place, { width, height }).map(markElement));
  };
  new ResizeObserver(draw).observe(frame);
  const moveTo = (next: number | null) => {
    if (next === place) return;
    place = next;
    draw();
  };
  frame.addEventListener('pointermove', (event) => {
    const bounds = frame.getBoundingClientRect();
    if (shown) moveTo(placeAtX(shown.chart, event.clientX - bounds.left, bounds.width));
  });
  frame.addEventListener('pointerleave', () => moveTo(null));
  frame.addEventListener('keydown', (event) => {
    const next = placeAfterKey(event.key, place, (shown?.chart.channels.length ?? 0) - 1);
    if (next === undefined) return;
    event.preventDefault();
    moveTo(next);
  });
  return {
    element: element(
      'section',
      { class: 'card figure-card' },
      element('div', { class: 'card-bar' }, title, blocks.element),
      frame,
      readout,
    ),
    show: (chart, scene) => {
      shown = { chart, scene };
      setText(title, `Stage ${chart.stage}`);
      blocks.show({ choices: chart.choices.map((id) => ({ value: id, label: id })), value: chart.block });
      draw();
    },
  };
}

function describePlace({ channels, series }: FigureChart, place: number): string {
  const values = series.map(({ label, values: row, deviation }) => {
    const spread = deviation ? ` ± ${decimal(deviation[place], 3)}` : '';
    return `${label} ${decimal(row[place], 3)}${spread}`;
  });
  return `Channel ${channels[place]}: ${values.join(', ')}`;
}

const PAGE = 8;

function placeAfterKey(key: string, place: number | null, last: number): number | null | undefined {
  if (last < 0) return undefined;
  const by = (step: number) => Math.min(last, Math.max(0, place === null ? 0 : place + step));
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return by(1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return by(-1);
    case 'PageUp':
      return by(PAGE);
    case 'PageDown':
      return by(-PAGE);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}
