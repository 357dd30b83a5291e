import type { ArmId } from '../../../src/core/training/runPlan';
import { svgElement } from '../dom/element';
import type { Part } from './chartModel';
import { lineSample } from './lineSample';

/** The marker of an arm, centred on (x, y): a hollow square for `a`, a filled circle for `b`; shape tells them apart, not just colour. */
export function marker(arm: ArmId, x: number, y: number, size: number): SVGElement {
  if (arm === 'b') return svgElement('circle', { class: `marker arm-${arm}`, cx: x, cy: y, r: size });
  const side = size * 1.8;
  return svgElement('rect', {
    class: `marker arm-${arm}`,
    x: x - side / 2,
    y: y - side / 2,
    width: side,
    height: side,
  });
}

/** A short piece of the series' line with its marker, for legends and table heads. */
export function seriesMark(arm: ArmId, part: Part = 'validation'): SVGSVGElement {
  return lineSample(`line arm-${arm} ${part}`, part === 'validation' ? marker(arm, 14, 6, 3.2) : null);
}
