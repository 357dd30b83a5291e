import { PlaygroundError } from '../../../src/core/errors';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import type { RunPlan } from '../../../src/core/training/runPlan';
import { previewRun, whyUntrainable, type PlanOverrides } from '../../../src/core/training/runPlanner';
import type { RunRequest } from '../../../src/protocol/hostUiContract';
import type { PageState } from './pageState';

/** Limits of the definition's schema and of the protocol. */
const MAX_EPOCHS = 1000;
const MAX_SEEDS = 32;
const MAX_SEED = 4294967295;

export interface FormReading {
  /** What to ask the host for; absent while something is wrong. */
  request?: RunRequest;
  /** The models' plan with a made-up id, whether or not they can be trained: what they cost. */
  preview?: RunPlan;
  /** The plan the host would make of it; absent if it would refuse to train the models. */
  plan?: RunPlan;
  /** What is wrong, by field, for the user. */
  problems: { model?: string; compareWith?: string; epochs?: string; seeds?: string; dataset?: string };
}

/** Judges the form against the definitions and data sets there are. */
export function readForm({
  form,
  models,
  datasets,
}: Pick<PageState, 'form' | 'models' | 'datasets'>): FormReading {
  const entry = models.find(({ reference }) => reference === form.model);
  if (!entry?.spec) {
    return { problems: { model: entry?.problem ?? 'This definition is gone. Choose another model.' } };
  }
  const problems: FormReading['problems'] = {};
  const request: RunRequest = { model: entry.reference, backend: form.backend };
  const overrides: PlanOverrides = { backend: form.backend };

  if (form.epochs !== null) {
    const epochs = wholeNumber(form.epochs, MAX_EPOCHS);
    if (epochs === undefined) problems.epochs = `A whole number from 1 to ${MAX_EPOCHS}.`;
    else overrides.epochs = request.epochs = epochs;
  }
  if (form.seeds !== null) {
    const amount = wholeNumber(form.seeds, MAX_SEEDS);
    if (amount === undefined) problems.seeds = `A whole number from 1 to ${MAX_SEEDS}.`;
    else overrides.seeds = request.seeds = seedsFor(amount, entry.spec);
  }
  if (form.dataset !== null) overrides.dataset = request.dataset = form.dataset;
  const dataset = form.dataset ?? entry.spec.training.dataset;
  const status = datasets.find(({ name }) => name === dataset);
  if (!status?.available) problems.dataset = status?.detail ?? 'This data set is not there.';

  let other: ModelSpec | undefined;
  if (form.compareWith !== null) {
    const found = models.find(({ reference }) => reference === form.compareWith);
    if (found?.spec) other = found.spec;
    else problems.compareWith = found?.problem ?? 'This definition is gone. Choose another model.';
    request.compareWith = form.compareWith;
  }
  const preview = previewFor(entry.spec, other, overrides, problems);
  if (!preview) return { problems };
  const [first, second] = preview.arms.map(({ spec }) => whyUntrainable(spec));
  if (first !== undefined) problems.model = first;
  else if (second !== undefined) problems.compareWith = second;
  const trainable = (first ?? second) === undefined;
  const fine = Object.keys(problems).length === 0;
  return { problems, preview, ...(trainable ? { plan: preview } : {}), ...(fine ? { request } : {}) };
}

/** The definition's own seeds first, then the next whole numbers it does not use. */
export function seedsFor(amount: number, { training }: ModelSpec): number[] {
  const seeds = training.seeds.slice(0, amount);
  for (let next = 1; seeds.length < amount && next <= MAX_SEED; next++) {
    if (!training.seeds.includes(next)) seeds.push(next);
  }
  return seeds;
}

function previewFor(
  spec: ModelSpec,
  compareWith: ModelSpec | undefined,
  overrides: PlanOverrides,
  problems: FormReading['problems'],
): RunPlan | undefined {
  try {
    const pair = compareWith ? { spec, compareWith } : { spec };
    return previewRun({ runId: 'preview', createdAtMs: 0, ...pair, overrides });
  } catch (thrown) {
    problems.compareWith = PlaygroundError.from(thrown, 'spec/unplannable').message;
    return undefined;
  }
}

function wholeNumber(text: string, maximum: number): number | undefined {
  const value = /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : NaN;
  return value >= 1 && value <= maximum ? value : undefined;
}
