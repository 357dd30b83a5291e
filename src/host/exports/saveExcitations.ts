/** The command "Save Excitations of a Run…": an evaluation of a run as a recording that can be kept, shared and opened again. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { encodeTrace } from '../../core/excitation/traceFile';
import { jobId } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import { uniqueFileName } from '../definitions/definitionText';
import { evaluationTrace, type Evaluation } from '../recordings/evaluationTrace';
import { pickRun } from '../runs/pickRun';
import type { RunStore } from '../runs/runStore';
import { exportTarget, readWishes, RUN_WISHES } from './exportRequest';
import { writeTogether } from './writeTogether';

const TITLE = 'Save Excitations of a Run';
const ENDING = '.excitation.json';

/** The latest epoch is taken where none is named. */
const wishesSchema = v.strictObject({ ...RUN_WISHES, epoch: v.exactOptional(v.number()) });
type Wishes = v.InferOutput<typeof wishesSchema>;

/** Returns the file; undefined if the user changed their mind. */
export async function saveExcitations(store: RunStore, argument: unknown): Promise<vscode.Uri | undefined> {
  const wishes = readWishes(wishesSchema, argument, {
    title: TITLE,
    takes: 'runId, arm, seed, epoch, target',
  });
  const suits = ({ excitedModels }: { excitedModels: readonly string[] }) => excitedModels.length > 0;
  const runId = wishes.runId ?? (await pickRun(store, TITLE, suits));
  if (runId === undefined) return undefined;
  const state = await store.open(runId);
  const evaluation = await chooseEvaluation(state, wishes);
  const target =
    evaluation &&
    (await exportTarget(wishes.target, {
      title: TITLE,
      fileName: uniqueFileName(`${state.plan.name} ${describe(evaluation)}`, ENDING, () => false),
      filters: { 'Recorded excitations': [ENDING.slice(1)] },
    }));
  if (!target) return undefined;
  const content = new TextEncoder().encode(encodeTrace(evaluationTrace(state.plan, evaluation)));
  const name = target.path.slice(target.path.lastIndexOf('/') + 1);
  await writeTogether(vscode.Uri.joinPath(target, '..'), [{ name, content }]);
  void vscode.window.showInformationMessage(
    `Gates of ${state.plan.name} (${describe(evaluation)}) written to ${name}.`,
  );
  return target;
}

/** @throws PlaygroundError `storage/no-excitations` if the run has none, or not those that were asked for */
async function chooseEvaluation(state: RunState, wishes: Wishes): Promise<Evaluation | undefined> {
  const found = state.plan.seeds
    .flatMap((seed) => [...state.plan.arms].reverse().map((arm) => ({ arm, seed })))
    .filter(({ arm, seed }) => (wishes.arm ?? arm.id) === arm.id && (wishes.seed ?? seed) === seed)
    .flatMap(({ arm, seed }): Evaluation[] => {
      const evaluations = state.jobs[jobId({ arm: arm.id, seed })]?.excitation ?? [];
      const wanted =
        wishes.epoch === undefined
          ? evaluations.at(-1)
          : evaluations.find(({ epoch }) => epoch === wishes.epoch);
      return wanted ? [{ arm, seed, ...wanted }] : [];
    });
  if (found.length === 0) {
    const text = `"${state.plan.name}" has measured no such gates. They come with each epoch of a model with SE blocks: let it train one, then save.`;
    throw new PlaygroundError('storage/no-excitations', text);
  }
  if (found.length === 1) return found[0];
  const items = found.map((evaluation) => ({
    label: evaluation.arm.label,
    description: `seed ${evaluation.seed} · epoch ${evaluation.epoch}`,
    evaluation,
  }));
  return (await vscode.window.showQuickPick(items, { title: TITLE, placeHolder: 'Whose gates?' }))
    ?.evaluation;
}

function describe({ arm, seed, epoch }: Evaluation): string {
  return `${arm.label}, seed ${seed}, epoch ${epoch}`;
}
