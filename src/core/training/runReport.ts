/** The report of a run: facts as JSON, and one self-contained HTML page made from the same facts. */
import { compileModel } from '../model/compileModel';
import { DATASET_FACTS, imageCounts } from '../model/datasetFacts';
import { costOverhead, modelCost, type ModelCost } from '../model/modelCost';
import type { ReportedModel, RunReport } from './reportFacts';
import { reportPage } from './reportPage';
import { jobId, type RunPlan } from './runPlan';
import type { RunState } from './runState';
import { median } from './statistics';
import { MINIMUM_PAIRS, runVerdict } from './verdict';

/** Makes the report of a run in any status. `json` is plain data; `html` has no scripts and loads nothing. */
export function runReport(state: RunState): { json: RunReport; html: string } {
  const costs = state.plan.arms.map((arm) => modelCost(compileModel(arm.spec)));
  const [base, other] = costs;
  const json: RunReport = {
    plan: state.plan,
    status: state.status,
    models: state.plan.arms.map((arm, index) => reportModel(state, arm, costs[index]!)),
    verdict: runVerdict(state),
    notes: notesOn(state),
  };
  if (state.failure) json.failure = state.failure.message;
  if (state.backend) json.backend = state.backend;
  if (base && other) json.overhead = costOverhead(base, other);
  return { json, html: reportPage(json) };
}

function reportModel(state: RunState, arm: RunPlan['arms'][number], cost: ModelCost): ReportedModel {
  const seeds = state.plan.seeds.map((seed) => ({
    seed,
    epochs: state.jobs[jobId({ arm: arm.id, seed })]?.series ?? [],
  }));
  const { params, macs, se } = cost;
  const model: ReportedModel = { id: arm.id, label: arm.label, params, macs, se, seeds };
  const stepTimes = seeds.flatMap(({ epochs }) => epochs.map((metrics) => metrics.stepMs));
  if (stepTimes.length > 0) model.stepMs = median(stepTimes);
  return model;
}

function notesOn({ plan, status, backend }: RunState): string[] {
  const notes: string[] = [];
  const training = plan.arms[0]?.spec.training;
  if (status !== 'completed') notes.push(`The run is ${status}: its numbers are not final.`);
  if (plan.dataset === 'synthetic') {
    notes.push('The images are generated, not real: the numbers say nothing about CIFAR-10.');
  }
  if (training) {
    const images = imageCounts(training);
    const source =
      images.heldOut > 0
        ? 'images held out from training'
        : `test images of ${DATASET_FACTS[plan.dataset].label}`;
    notes.push(
      `Trained on ${images.train} images; validation accuracy is measured on ${images.validation} ${source}, ` +
        `so one image is ${(100 / images.validation).toFixed(2)} points.`,
    );
  }
  if (plan.seeds.length < MINIMUM_PAIRS) {
    notes.push(
      `The spread between seeds is often as large as the effect of SE; ${MINIMUM_PAIRS} seeds or more give a verdict.`,
    );
  }
  notes.push(
    'For each seed, both models start from the same values in all weights they share, and see the same batches.',
  );
  if (backend?.backend === 'pytorch') {
    notes.push(
      'Trained outside the editor by the PyTorch script of this definition: the same recipe, other random numbers.',
    );
  } else if (backend && backend.backend !== 'wasm') {
    notes.push(
      'On a GPU the sums of a step may differ in the last digits between runs, so a repeat can differ slightly.',
    );
  }
  notes.push(
    'MACs are multiply-adds of convolutions and dense layers for one image; SE is charged for squeeze, both FC layers, gate and scaling.',
  );
  return notes;
}
