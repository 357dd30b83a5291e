import { lineSample } from '../../chart/lineSample';
import { element, setHidden, setText } from '../../dom/element';
import { plainTable } from '../../dom/plainTable';
import { decimal } from '../../format/numbers';
import { classPicker } from '../controls/classPicker';
import { exportBar, type SaveExport } from '../export/exportBar';
import { figureCsv } from '../export/figureCsv';
import { figureSvg } from '../export/figureSvg';
import { fileStem } from '../export/fileName';
import type { HeatmapChoice } from '../heatmapChoice';
import { lazyTable } from '../lazyTable';
import { lookMark } from './drawFigure';
import { figureCard, type FigureCard } from './figureCard';
import type { FigureScene } from './figureScene';
import { markElement } from './mark';

export interface FiguresView {
  readonly element: HTMLElement;
  show(scene: FigureScene, choice: HeatmapChoice): void;
}

const NONE = 'none';

/** One line chart a stage: the means of chosen classes, or one class with the spread of its images. */
export function figuresView(change: (patch: Partial<HeatmapChoice>) => void, save: SaveExport): FiguresView {
  let shown: { scene: FigureScene; choice: HeatmapChoice } | undefined;
  let cards: FigureCard[] = [];
  const pickers = [1, 2, 3, 4].map((look) =>
    classPicker({
      label: `Class ${look}`,
      onChange: (value) => {
        if (!shown) return;
        const classes = [...shown.scene.classes];
        classes[look - 1] = value === NONE ? null : Number(value);
        change({ figureClasses: classes });
      },
    }),
  );
  const pickerRow = element(
    'div',
    { class: 'figure-classes' },
    ...pickers.map((picker, index) =>
      element('div', { class: 'figure-class' }, lookSample(index + 1), picker.element),
    ),
  );
  const key = element('p', { class: 'figure-key' });
  const grid = element('div', { class: 'figure-grid' });
  const table = lazyTable('Numbers of the charts', () => (shown ? figureTable(shown.scene) : null));
  const files = exportBar(save, () => {
    if (!shown) return undefined;
    const { scene } = shown;
    const what =
      scene.kind === 'stages' ? 'class-means' : `within-${scene.charts[0]?.series[0]?.label ?? ''}`;
    return {
      name: fileStem(scene.source, scene.epoch, what),
      svg: () => figureSvg(scene),
      csv: () => figureCsv(scene),
    };
  });
  const chooseBlock = (stage: number, block: string) => {
    if (shown) change({ figureBlocks: { ...shown.choice.figureBlocks, [stage]: block } });
  };
  return {
    element: element('div', { class: 'gate-figures' }, pickerRow, key, grid, files, table.element),
    show: (scene, choice) => {
      shown = { scene, choice };
      setHidden(pickerRow, scene.kind !== 'stages');
      const names = scene.source.classes.map((label, index) => ({ value: String(index), label }));
      pickers.forEach((picker, index) =>
        picker.show({
          choices: [{ value: NONE, label: 'None' }, ...names],
          value: String(scene.classes[index] ?? NONE),
        }),
      );
      showKey(key, scene);
      if (cards.length !== scene.charts.length) {
        cards = scene.charts.map(() => figureCard(chooseBlock));
        grid.replaceChildren(...cards.map((card) => card.element));
      }
      scene.charts.forEach((chart, index) => cards[index]?.show(chart, scene));
      table.refresh();
    },
  };
}

/** A short piece of a line with its marker. */
function lookSample(look: number): SVGSVGElement {
  return lineSample(`fig-line fig-${look}`, look > 0 ? markElement(lookMark(look, 14, 6, 3.2)) : null);
}

function showKey(target: HTMLElement, { kind, charts }: FigureScene): void {
  const text =
    kind === 'stages'
      ? 'all classes'
      : `all classes; the band is one standard deviation over the images of ${charts[0]?.series[0]?.label ?? ''} to both sides of their mean`;
  if (target.childElementCount === 0) target.append(lookSample(0), element('span', {}));
  const label = target.lastElementChild;
  if (label) setText(label, text);
}

function figureTable({ charts, kind }: FigureScene): HTMLTableElement {
  const labels = charts[0]?.series.map(({ label }) => label) ?? [];
  const spread = kind === 'within' ? ['Standard deviation'] : [];
  const rows = charts.flatMap(({ block, channels, series }) =>
    Array.from(channels, (channel, place) => [
      `${block}, channel ${channel}`,
      ...series.map(({ values }) => decimal(values[place], 3)),
      ...(kind === 'within' ? [decimal(series[0]?.deviation?.[place], 3)] : []),
    ]),
  );
  return plainTable('Gates in the charts', ['Block and channel', ...labels, ...spread], rows);
}
