/** The tables of the report. */
import { markup, type Markup } from './markup';
import { meanBySeed } from './reportChart';
import type { ReportedModel, RunReport } from './reportFacts';
import { points } from './verdict';

export type Measure = 'trainLoss' | 'trainAccuracy' | 'validationLoss' | 'validationAccuracy';

const MEASURES: readonly { measure: Measure; head: string; format: (value: number) => string }[] = [
  { measure: 'trainLoss', head: 'train loss', format: (value) => value.toFixed(4) },
  { measure: 'trainAccuracy', head: 'train accuracy', format: percent },
  { measure: 'validationLoss', head: 'validation loss', format: (value) => value.toFixed(4) },
  { measure: 'validationAccuracy', head: 'validation accuracy', format: percent },
];

/** One array of the measure a seed. */
export function seriesOf(seeds: ReportedModel['seeds'], measure: Measure): number[][] {
  return seeds.map(({ epochs }) => epochs.map((metrics) => metrics[measure]));
}

/** Means over the seeds; a cell is blank where no seed has got so far. */
export function epochTable(models: readonly ReportedModel[]): Markup {
  const columns = models.flatMap(({ seeds }) =>
    MEASURES.map(({ measure, format }) => meanBySeed(seriesOf(seeds, measure)).map(format)),
  );
  const rows = Math.max(0, ...columns.map((cells) => cells.length));
  const body = Array.from({ length: rows }, (_, row) =>
    tableRow(
      row + 1,
      columns.map((cells) => cells[row] ?? ''),
    ),
  );
  const severalSeeds = models.some(({ seeds }) => seeds.length > 1);
  const arms = models.map(
    ({ label }) => markup`<th colspan="${MEASURES.length}" scope="colgroup">${label}</th>`,
  );
  const heads = models.flatMap(() => MEASURES.map(({ head }) => columnHead(head)));
  return markup`<h2>Epochs${severalSeeds ? ' (mean of the seeds)' : ''}</h2>
<table>
<thead>
<tr><th rowspan="2" scope="col">epoch</th>${arms}</tr>
<tr>${heads}</tr>
</thead>
<tbody>
${body}</tbody>
</table>`;
}

/** The final accuracies behind the verdict. */
export function pairTable({ models, verdict }: RunReport): Markup {
  const body = verdict.pairs.map(({ seed, a, b, difference }) =>
    tableRow(seed, [percent(a), percent(b), points(difference)]),
  );
  const heads = ['seed', ...models.map(({ label }) => label), 'difference in points'];
  return markup`<h2>Final validation accuracy of each seed</h2>
${simpleTable(heads, body)}`;
}

/** Parameters, MACs and step times, and what the second model costs beyond the first. */
export function costTable({ models, overhead }: RunReport): Markup {
  const whole = (value: number) => value.toLocaleString('en-US');
  const body = models.map(({ label, params, macs, stepMs }) =>
    tableRow(label, [whole(params), whole(macs), stepMs?.toFixed(1) ?? '']),
  );
  if (overhead) {
    const [first = 0, second = 0] = models.map(({ stepMs }) => stepMs);
    const slower = first > 0 && second > 0 ? signedPercent((100 * (second - first)) / first) : '';
    body.push(
      tableRow('difference', [
        signedPercent(overhead.paramsPercent),
        signedPercent(overhead.macsPercent),
        slower,
      ]),
    );
  }
  return markup`<h2>Cost</h2>
${simpleTable(['model', 'parameters', 'MACs an image', 'ms a training step'], body)}`;
}

function simpleTable(heads: readonly string[], body: readonly Markup[]): Markup {
  return markup`<table>
<thead><tr>${heads.map(columnHead)}</tr></thead>
<tbody>
${body}</tbody>
</table>`;
}

function columnHead(head: string): Markup {
  return markup`<th scope="col">${head}</th>`;
}

function tableRow(head: string | number, cells: readonly string[]): Markup {
  return markup`<tr><th scope="row">${head}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`;
}

/** A fraction as percent. */
function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)}%`;
}

/** A number of percent with its sign. */
function signedPercent(value: number): string {
  return `${value >= 0 ? '+' : '\u2212'}${Math.abs(value).toFixed(2)}%`;
}
