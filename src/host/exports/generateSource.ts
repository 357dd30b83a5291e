/** The commands "Generate Model Source…" and "Generate PyTorch Training Script…". */
import * as v from 'valibot';
import * as vscode from 'vscode';
import { generateModel, MODEL_FRAMEWORKS, type ModelFramework } from '../../core/codegen/model/generateModel';
import { generateTrainingScript as trainingScript } from '../../core/codegen/model/generateTrainingScript';
import { PlaygroundError } from '../../core/errors';
import type { ModelSpec } from '../../core/model/modelSpec';
import { openBeside } from './openBeside';

/** What a keybinding or a test may give; what is missing is asked for. */
const wishesSchema = v.strictObject({
  /** `preset:<key>` or `file:<uri>`. */
  model: v.exactOptional(v.string()),
  framework: v.exactOptional(v.picklist(MODEL_FRAMEWORKS)),
});

/** What the commands need of the room around them. */
export interface SourceModels {
  /** The definition that the argument names, or the one at hand, or the one that the user picks; undefined if they changed their mind. */
  referenceOf(argument: unknown, title: string): Promise<string | undefined>;
  resolve(reference: string): Promise<ModelSpec>;
}

const FRAMEWORKS: Readonly<Record<ModelFramework, { label: string; detail: string }>> = {
  pytorch: {
    label: 'PyTorch',
    detail: 'An nn.Module, which loads the weights that are exported as safetensors.',
  },
  keras: { label: 'Keras 3', detail: 'A functional model, on TensorFlow, JAX or PyTorch.' },
  tfjs: { label: 'TensorFlow.js', detail: 'A function that makes a LayersModel, as a JavaScript module.' },
  'tfjs-ts': { label: 'TensorFlow.js in TypeScript', detail: 'The same function with types.' },
  flax: { label: 'Flax', detail: 'A linen module for JAX.' },
};

/** Opens the definition's network as source; returns the document, undefined if the user changed their mind. */
export async function generateSource(
  models: SourceModels,
  argument: unknown,
): Promise<vscode.TextDocument | undefined> {
  const title = 'Generate Model Source';
  const { target, framework } = readWishes(argument);
  const spec = await specOf(models, target, title);
  const chosen = spec && (framework ?? (await chooseFramework(title)));
  return spec && chosen && openBeside(generateModel(spec, chosen));
}

/**
 * Opens a script that trains the definition with and without SE; returns the document, undefined if the user changed their mind.
 */
export async function generateTrainingScript(
  models: SourceModels,
  argument: unknown,
): Promise<vscode.TextDocument | undefined> {
  const { target } = readWishes(argument);
  const spec = await specOf(models, target, 'Generate PyTorch Training Script');
  if (!spec) return undefined;
  const source = trainingScript(spec);
  const document = await openBeside(source);
  void tellHowToRun(source.fileName);
  return document;
}

async function tellHowToRun(fileName: string): Promise<void> {
  const text =
    `Save it as ${fileName}, then run "python ${fileName} --output run", or on several GPUs ` +
    `"torchrun --nproc_per_node=4 ${fileName} --output run". ` +
    'Import Run brings the results back: choose the output folder.';
  if ((await vscode.window.showInformationMessage(text, 'Import Run…')) !== undefined) {
    await vscode.commands.executeCommand('sePlayground.importRun');
  }
}

function readWishes(argument: unknown): { target: unknown; framework?: ModelFramework } {
  const isWishes =
    typeof argument === 'object' && argument !== null && ('model' in argument || 'framework' in argument);
  if (!isWishes) return { target: argument };
  const parsed = v.safeParse(wishesSchema, argument);
  if (!parsed.success) {
    const text = `The command takes {model, framework}: ${v.summarize(parsed.issues)}`;
    throw new PlaygroundError('spec/source-arguments', text);
  }
  const { model, ...rest } = parsed.output;
  return { target: model, ...rest };
}

async function specOf(models: SourceModels, target: unknown, title: string): Promise<ModelSpec | undefined> {
  const reference = await models.referenceOf(target, title);
  return reference === undefined ? undefined : models.resolve(reference);
}

async function chooseFramework(title: string): Promise<ModelFramework | undefined> {
  const items = MODEL_FRAMEWORKS.map((framework) => ({ ...FRAMEWORKS[framework], framework }));
  const placeHolder = 'The language and framework of the source';
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true }))?.framework;
}
