import type { Verdict } from '../../../src/core/training/verdict';
import { roundTicks } from '../chart/ticks';
import { svgElement } from '../dom/element';
import { signed } from '../format/numbers';

const WIDTH = 300;
const HEIGHT = 62;
const SIDE = 18;
const AXIS = 40;
const ROW = 20;

/** Differences of the seeds as dots on an axis in percentage points, zero marked, with mean and 95% interval. Decorative: the sentence says the same. */
export function verdictPlot({ pairs, interval, meanDifference = 0 }: Verdict): SVGSVGElement {
  const points = pairs.map(({ difference }) => difference * 100);
  // Two seeds give intervals of a hundred points; the axis keeps to what the dots need, and the bar runs out of it.
  const reach = Math.max(1, ...points.map((value) => Math.abs(value) * 1.6));
  const wanted = interval ? Math.max(Math.abs(interval.low), Math.abs(interval.high)) * 100 : 0;
  const end = Math.min(Math.max(reach, wanted), 3 * reach);
  const ticks = roundTicks(-end, end, 6);
  const low = ticks[0] ?? -1;
  const high = ticks.at(-1) ?? 1;
  const x = (value: number) =>
    SIDE + ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (WIDTH - 2 * SIDE);
  const plot = svgElement('svg', {
    class: 'verdict-plot',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    'aria-hidden': 'true',
  });
  plot.append(
    svgElement('path', { class: 'grid-line', d: `M${SIDE} ${AXIS + 0.5}H${WIDTH - SIDE}` }),
    svgElement('path', { class: 'zero-line', d: `M${x(0)} 4V${AXIS}` }),
    ...ticks.map((tick) =>
      svgElement(
        'text',
        { class: 'tick', x: x(tick), y: HEIGHT - 6, 'text-anchor': 'middle' },
        signed(tick, Number.isInteger(tick) ? 0 : 1),
      ),
    ),
  );
  if (interval) {
    const d = `M${x(interval.low * 100)} ${ROW}H${x(interval.high * 100)}`;
    plot.append(svgElement('path', { class: 'interval', d }));
  }
  const middle = x(meanDifference * 100);
  plot.append(
    ...points.map((value) => svgElement('circle', { class: 'seed-dot', cx: x(value), cy: ROW, r: 4 })),
    svgElement('path', { class: 'mean-mark', d: `M${middle} ${ROW - 11}V${ROW + 11}` }),
  );
  return plot;
}
