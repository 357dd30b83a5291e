/**
 * @typedef {import('../../src/core/training/runEvents').RunEvent} RunEvent
 * @typedef {import('../../src/core/training/reportFacts').RunReport} RunReport
 * @typedef {import('../../src/core/training/runPlan').RunPlan} RunPlan
 */

/**
 * Turns the events of a run into what a terminal shows: what is trained, on what, and a line an epoch of each model.
 *
 * @returns {(event: RunEvent) => string | undefined}
 */
export function runPrinter() {
  /** @type {RunPlan | undefined} */
  let plan;
  return (event) => {
    switch (event.kind) {
      case 'planned':
        plan = event.plan;
        return `${plan.name}: ${plan.epochs} epochs on the ${plan.dataset} data set, seeds ${plan.seeds.join(', ')}`;
      case 'backend': {
        const { backend, device, workers, reason } = event.report;
        return `${backend} (${device}), ${workers} workers. ${reason}`;
      }
      case 'epoch':
        return epochLine(event.metrics, plan);
      case 'status':
        return event.failure ? `${event.status}: ${event.failure.message}` : event.status;
      default:
        return undefined;
    }
  };
}

/**
 * @param {import('../../src/core/training/runEvents').EpochMetrics} metrics
 * @param {RunPlan | undefined} plan
 */
function epochLine(metrics, plan) {
  const label = plan?.arms.find((arm) => arm.id === metrics.arm)?.label ?? metrics.arm;
  const width = Math.max(0, ...(plan?.arms ?? []).map((arm) => arm.label.length));
  return [
    `epoch ${metrics.epoch}/${plan?.epochs ?? '?'}`,
    label.padEnd(width),
    ...((plan?.seeds.length ?? 1) > 1 ? [`seed ${metrics.seed}`] : []),
    `loss ${metrics.trainLoss.toFixed(3)}`,
    `train ${percent(metrics.trainAccuracy)}`,
    `validation ${percent(metrics.validationAccuracy)}`,
    `${Math.round(metrics.imagesPerSecond)} images/s`,
    `${clock(metrics.remainingMs)} left`,
  ].join('  ');
}

/**
 * The table of both models, what SE costs, and the verdict.
 *
 * @param {RunReport} report
 * @returns {string}
 */
export function finalTable(report) {
  const header = ['model', 'seed', 'parameters', 'MACs', 'ms/step', 'loss', 'train', 'validation'];
  const rows = report.models.flatMap((model) =>
    model.seeds.map(({ seed, epochs }) => {
      const last = epochs.at(-1);
      return [
        model.label,
        String(seed),
        model.params.toLocaleString('en-US'),
        `${(model.macs / 1e6).toFixed(2)} M`,
        model.stepMs?.toFixed(1) ?? '-',
        last?.trainLoss.toFixed(3) ?? '-',
        last ? percent(last.trainAccuracy).trim() : '-',
        last ? percent(last.validationAccuracy).trim() : '-',
      ];
    }),
  );
  return [
    ...columns([header, ...rows]),
    '',
    report.verdict.sentence,
    ...report.notes.map((note) => `- ${note}`),
  ].join('\n');
}

/**
 * What `--json` prints: every number of the report that the per-epoch comparison needs, accuracies as fractions.
 *
 * @param {RunReport} report
 */
export function jsonResult(report) {
  return {
    status: report.status,
    dataset: report.plan.dataset,
    backend: report.backend?.backend,
    epochs: report.plan.epochs,
    models: report.models.map((model) => ({
      label: model.label,
      params: model.params,
      macs: model.macs,
      stepMs: model.stepMs,
      seeds: model.seeds.map(({ seed, epochs }) => ({
        seed,
        epochs: epochs.map((metrics) => ({
          epoch: metrics.epoch,
          trainLoss: metrics.trainLoss,
          trainAccuracy: metrics.trainAccuracy,
          validationLoss: metrics.validationLoss,
          validationAccuracy: metrics.validationAccuracy,
          imagesPerSecond: metrics.imagesPerSecond,
        })),
        validationAccuracy: epochs.at(-1)?.validationAccuracy,
      })),
    })),
    overhead: report.overhead,
    verdict: report.verdict,
  };
}

/**
 * @param {string[][]} rows the first is the header
 * @returns {string[]} lines; the first column is text, the others are numbers
 */
function columns(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}

/** @param {number} fraction */
function percent(fraction) {
  return `${(100 * fraction).toFixed(1)}%`.padStart(6);
}

/** @param {number} durationMs */
function clock(durationMs) {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
