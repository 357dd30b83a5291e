/** The command "Export Trained Weights…". */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { jobId, type JobKey } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import { uniqueFileName } from '../definitions/definitionText';
import { pickRun } from '../runs/pickRun';
import type { RunStore } from '../runs/runStore';
import { exportTarget, readWishes, RUN_WISHES } from './exportRequest';
import { weightFiles, WEIGHT_FORMATS, type WeightFormat } from './weightFiles';
import { writeTogether } from './writeTogether';

const TITLE = 'Export Trained Weights';

const wishesSchema = v.strictObject({ ...RUN_WISHES, format: v.exactOptional(v.picklist(WEIGHT_FORMATS)) });
type Wishes = v.InferOutput<typeof wishesSchema>;

const FORMATS: Readonly<Record<WeightFormat, { label: string; detail: string; ending: string }>> = {
  safetensors: {
    label: 'safetensors for PyTorch',
    detail: 'The state_dict of the generated PyTorch module; its load_weights reads the file.',
    ending: '.safetensors',
  },
  tfjs: {
    label: 'TensorFlow.js model',
    detail: 'model.json and weights.bin, of stock layers only: tf.loadLayersModel needs nothing of ours.',
    ending: '.json',
  },
};

/** Returns the file that names the model; undefined if the user changed their mind. */
export async function exportWeights(store: RunStore, argument: unknown): Promise<vscode.Uri | undefined> {
  const wishes = readWishes(wishesSchema, argument, {
    title: TITLE,
    takes: 'runId, arm, seed, format, target',
  });
  const runId = wishes.runId ?? (await pickRun(store, TITLE, () => true));
  if (runId === undefined) return undefined;
  const state = await store.open(runId);
  const imported = await store.isImported(runId);
  const job = await chooseJob(state, await store.checkpointedJobs(runId), wishes);
  if (job === 'none') throw noWeights(state, imported);
  const format = job && (wishes.format ?? (await chooseFormat()));
  if (!job || !format) return undefined;
  const target = await targetOf(wishes, state, job, format);
  if (!target) return undefined;
  const arm = state.plan.arms.find(({ id }) => id === job.arm);
  const checkpoint = await store.loadCheckpoint(runId, job);
  if (!arm || !checkpoint) throw noWeights(state, imported);
  const fileName = target.path.slice(target.path.lastIndexOf('/') + 1);
  const files = weightFiles(format, fileName, { arm, seed: job.seed, checkpoint });
  await writeTogether(vscode.Uri.joinPath(target, '..'), files);
  const what = `${arm.label}, seed ${job.seed}, after epoch ${checkpoint.epoch}`;
  const where = files.map(({ name }) => name).join(' and ');
  void vscode.window.showInformationMessage(`Weights of ${state.plan.name} (${what}) written to ${where}.`);
  return target;
}

async function chooseJob(
  state: RunState,
  stored: readonly JobKey[],
  { arm, seed }: Wishes,
): Promise<JobKey | 'none' | undefined> {
  const jobs = state.plan.seeds
    .flatMap((each) => state.plan.arms.map(({ id, label }) => ({ arm: id, seed: each, label })))
    .filter((job) => stored.some((other) => jobId(other) === jobId(job)))
    .filter((job) => (arm ?? job.arm) === job.arm && (seed ?? job.seed) === job.seed);
  if (jobs.length === 0) return 'none';
  if (jobs.length === 1) return jobs[0];
  const items = jobs.map((job) => {
    const last = state.jobs[jobId(job)]?.series.at(-1);
    const accuracy = last && `${(100 * last.validationAccuracy).toFixed(1)}% after epoch ${last.epoch}`;
    return { label: job.label, description: [`seed ${job.seed}`, accuracy].filter(Boolean).join(' · '), job };
  });
  const placeHolder = 'Which of the trained models?';
  return (await vscode.window.showQuickPick(items, { title: TITLE, placeHolder }))?.job;
}

async function chooseFormat(): Promise<WeightFormat | undefined> {
  const items = WEIGHT_FORMATS.map((format) => {
    const { label, detail } = FORMATS[format];
    return { label, detail, format };
  });
  return (await vscode.window.showQuickPick(items, { title: TITLE }))?.format;
}

async function targetOf(
  { target }: Wishes,
  { plan }: RunState,
  job: JobKey,
  format: WeightFormat,
): Promise<vscode.Uri | undefined> {
  const { label, ending } = FORMATS[format];
  const stem = `${plan.name} ${plan.arms.find(({ id }) => id === job.arm)?.label ?? job.arm} seed ${job.seed}`;
  // TensorFlow.js models are found by the name model.json.
  const fileName = format === 'tfjs' ? 'model.json' : uniqueFileName(stem, ending, () => false);
  return exportTarget(target, { title: TITLE, fileName, filters: { [label]: [ending.slice(1)] } });
}

function noWeights({ plan }: RunState, imported: boolean): PlaygroundError {
  const way = imported
    ? 'An imported run has those that the script left beside its log when a model had finished. Import it again with them.'
    : 'They are stored at the end of each epoch. Let the model train one epoch or more, then export.';
  return new PlaygroundError('storage/no-weights', `There are no such weights of "${plan.name}". ${way}`);
}
