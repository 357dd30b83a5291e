/** The report as one HTML page. Every value goes through `markup`, which escapes it. */
import { markup } from './markup';
import { reportChart, type ChartArm } from './reportChart';
import type { RunReport } from './reportFacts';
import { REPORT_STYLE } from './reportStyle';
import { costTable, epochTable, pairTable, seriesOf, type Measure } from './reportTables';

export function reportPage(report: RunReport): string {
  const { plan, models, verdict, failure, notes } = report;
  const arms = (measure: Measure): ChartArm[] =>
    models.map(({ id, label, seeds }) => ({ id, label, seeds: seriesOf(seeds, measure) }));
  const accuracyChart = reportChart(arms('validationAccuracy'), {
    title: 'Validation accuracy',
    epochs: plan.epochs,
    format: (value) => `${(100 * value).toFixed(1)}%`,
  });
  const lossChart = reportChart(arms('trainLoss'), {
    title: 'Training loss',
    epochs: plan.epochs,
    format: (value) => value.toFixed(2),
    minimum: 0,
  });
  const failureLine =
    failure === undefined ? [] : markup`<p class="failure"><strong>Failed.</strong> ${failure}</p>`;
  const page = markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${plan.name}: SE Playground report</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<h1>${plan.name}</h1>
<p>${subtitle(report)}</p>
<p class="verdict"><strong>Verdict.</strong> ${verdict.sentence}</p>
${failureLine}
${accuracyChart}
${lossChart}
${epochTable(models)}
${verdict.pairs.length > 0 ? pairTable(report) : []}
${costTable(report)}
<h2>Notes</h2>
<ul>
${notes.map((note) => markup`<li>${note}</li>\n`)}</ul>
</body>
</html>
`;
  return page.text;
}

function subtitle({ plan, status, backend }: RunReport): string {
  const created = new Date(plan.createdAtMs);
  const time = Number.isNaN(created.getTime())
    ? ''
    : `${created.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const seeds = `${plan.seeds.length === 1 ? 'seed' : 'seeds'} ${plan.seeds.join(', ')}`;
  const epochs = `${plan.epochs} ${plan.epochs === 1 ? 'epoch' : 'epochs'}`;
  const device = backend ? `${backend.backend} (${backend.device})` : 'backend not chosen yet';
  return [time, `data set ${plan.dataset}`, epochs, seeds, device, status]
    .filter((part) => part !== '')
    .join(' \u00b7 ');
}
