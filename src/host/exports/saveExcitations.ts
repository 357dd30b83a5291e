/** The command "Save Excitations of a Run…": an evaluation of a run as a recording that can be kept, shared and opened again. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { encodeTrace } from '../../core/excitation/traceFile';
import { ARM_IDS, jobId } from '../../core/training/runPlan';
import type { RunState } from '../../core/training/runState';
import { uniqueFileName } from '../definitions/definitionText';
import { evaluationTrace, type Evaluation } from '../recordings/evaluationTrace';
import { pickRun, runIdOf } from '../runs/pickRun';
import type { RunStore } from '../runs/runStore';
import { writeTogether } from './writeTogether';

const TITLE = 'Save Excitations of a Run';
const ENDING = '.excitation.json';

/** What a keybinding or a test may give; what is missing is asked for, and the latest epoch is taken. */
const wishesSchema = v.strictObject({
  runId: v.exactOptional(v.string()),
  arm: v.exactOptional(v.picklist(ARM_IDS)),
  seed: v.exactOptional(v.number()),
  epoch: v.exactOptional(v.number()),
  /** The file, or the path of one on this machine. */
  target: v.exactOptional(
    v.union([v.custom<vscode.Uri>((value) => value instanceof vscode.Uri), v.string()]),
  ),
});
type Wishes = v.InferOutput<typeof wishesSchema>;

/** Returns the file; undefined if the user changed their mind. */
export async function saveExcitations(store: RunStore, argument: unknown): Promise<vscode.Uri | undefined> {
  const wishes = readWishes(argument);
  const suits = ({ excitedModels }: { excitedModels: readonly string[] }) => excitedModels.length > 0;
  const runId = wishes.runId ?? (await pickRun(store, TITLE, suits));
  if (runId === undefined) return undefined;
  const state = await store.open(runId);
  const evaluation = await chooseEvaluation(state, wishes);
  const target = evaluation && (await targetOf(wishes, state, evaluation));
  if (!target) return undefined;
  const content = new TextEncoder().encode(encodeTrace(evaluationTrace(state.plan, evaluation)));
  const name = target.path.slice(target.path.lastIndexOf('/') + 1);
  await writeTogether(vscode.Uri.joinPath(target, '..'), [{ name, content }]);
  void vscode.window.showInformationMessage(
    `Gates of ${state.plan.name} (${describe(evaluation)}) written to ${name}.`,
  );
  return target;
}

function readWishes(argument: unknown): Wishes {
  const runId = runIdOf(argument);
  if (runId !== undefined) return { runId };
  const parsed = v.safeParse(wishesSchema, argument ?? {});
  if (parsed.success) return parsed.output;
  const text = `${TITLE} takes {runId, arm, seed, epoch, target}: ${v.summarize(parsed.issues)}`;
  throw new PlaygroundError('storage/export-arguments', text);
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

async function targetOf(
  { target }: Wishes,
  { plan }: RunState,
  evaluation: Evaluation,
): Promise<vscode.Uri | undefined> {
  if (target !== undefined) return typeof target === 'string' ? vscode.Uri.file(target) : target;
  const fileName = uniqueFileName(`${plan.name} ${describe(evaluation)}`, ENDING, () => false);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    title: TITLE,
    defaultUri: folder ? vscode.Uri.joinPath(folder, fileName) : vscode.Uri.file(fileName),
    filters: { 'Recorded excitations': [ENDING.slice(1)] },
  });
}

function describe({ arm, seed, epoch }: Evaluation): string {
  return `${arm.label}, seed ${seed}, epoch ${epoch}`;
}
