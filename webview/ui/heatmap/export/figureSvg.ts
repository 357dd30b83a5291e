import { drawFigure, lookMark } from '../figures/drawFigure';
import type { FigureScene } from '../figures/figureScene';
import { fileMark, svgFile, svgText, type SvgFile } from './svgFile';

const CHART = { width: 520, height: 200 };
const GAP = 16;
const HEAD = 64;
const TITLE = 22;
const COLUMNS = 2;

/** All charts of a figure, two in a row, with their key. */
export function figureSvg(scene: FigureScene): SvgFile {
  const { charts, source, epoch } = scene;
  const columns = Math.min(COLUMNS, Math.max(1, charts.length));
  const width = GAP + columns * (CHART.width + GAP);
  const height = HEAD + Math.ceil(charts.length / columns) * (CHART.height + TITLE + GAP);
  const at = epoch.epoch === null ? '' : `, epoch ${epoch.epoch}`;
  const what =
    scene.kind === 'stages' ? 'mean gates of classes' : 'gates within a class (mean, one standard deviation)';
  const title = `${source.label}${at}: ${what}`;
  let x = GAP;
  const key = (charts[0]?.series ?? []).map(({ label, look }) => {
    const entry = [
      fileMark({ tag: 'path', attributes: { class: `fig-line fig-${look}`, d: `M${x} 44h28` } }),
      ...(look > 0 ? [fileMark(lookMark(look, x + 14, 44, 3.2))] : []),
      svgText(label, x + 34, 48),
    ];
    // About seven pixels a character, as fonts differ from machine to machine.
    x += 56 + 7 * label.length;
    return entry.join('');
  });
  const drawn = charts.map((chart, index) => {
    const left = GAP + (index % columns) * (CHART.width + GAP);
    const top = HEAD + Math.floor(index / columns) * (CHART.height + TITLE + GAP);
    const marks = drawFigure(chart, scene, null, CHART).map(fileMark).join('');
    const name = `Stage ${chart.stage}: ${chart.block}`;
    return `<g transform="translate(${left} ${top})">${svgText(name, 0, 14)}<g transform="translate(0 ${TITLE})">${marks}</g></g>`;
  });
  return svgFile(title, width, height, [svgText(title, GAP, 26, 'title'), ...key, ...drawn]);
}
