import { svgElement } from '../dom/element';

/** A short piece of a line with its marker, if it has one, for legends and table heads. The marker is centred on (14, 6). */
export function lineSample(lineClass: string, mark: SVGElement | null): SVGSVGElement {
  const sample = svgElement('svg', {
    class: 'series-mark',
    viewBox: '0 0 28 12',
    width: 28,
    height: 12,
    'aria-hidden': 'true',
  });
  sample.append(svgElement('path', { class: lineClass, d: 'M1 6H27' }));
  if (mark) sample.append(mark);
  return sample;
}
