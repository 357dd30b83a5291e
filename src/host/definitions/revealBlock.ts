import * as vscode from 'vscode';
import { compileModel } from '../../core/model/compileModel';
import { anchorBlocks } from '../../core/model/definitionAnchors';
import { parseDefinition } from '../../core/model/parseDefinition';
import type { ModelEntry } from '../../protocol/hostUiContract';
import type { RunState } from '../../core/training/runState';
import { modelKey } from '../runs/runSummary';
import { readReference, type ModelCatalog } from './modelCatalog';
import { duplicateDefinition } from './newDefinition';

/** Opens the definition of the run's model with the cursor on the SE settings that make the block. A preset has no file; it is offered as one. */
export async function revealBlock(catalog: ModelCatalog, { plan }: RunState, block: string): Promise<void> {
  const keys = new Set(plan.arms.map((arm) => modelKey(arm.spec)));
  const entries = (await catalog.entries()).filter(({ spec }) => spec && keys.has(modelKey(spec)));
  const withBlock = entries.filter((entry) => blocksOf(entry).includes(block));
  const file = withBlock
    .map(({ reference }) => readReference(reference))
    .find((target) => target && 'uri' in target);
  if (file && 'uri' in file) return showBlock(file.uri, block);
  const [preset] = withBlock;
  if (!preset) {
    void vscode.window.showInformationMessage(
      `No definition in this workspace makes the block ${block} of this run.`,
    );
    return;
  }
  const question = `"${preset.label}" is built in and has no file. Make one to see and change its settings?`;
  if ((await vscode.window.showInformationMessage(question, 'Make a File')) !== 'Make a File') return;
  const made = await duplicateDefinition(preset.reference);
  if (made) await showBlock(made, block);
}

function blocksOf({ spec }: ModelEntry): string[] {
  return spec ? compileModel(spec).blocks.map(({ id }) => id) : [];
}

async function showBlock(uri: vscode.Uri, block: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  const range = rangeOfBlock(document, block);
  if (!range) return;
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function rangeOfBlock(document: vscode.TextDocument, block: string): vscode.Range | undefined {
  const text = document.getText();
  const { spec } = parseDefinition(text);
  const anchor =
    spec && anchorBlocks(text, compileModel(spec)).find((candidate) => candidate.block === block);
  if (!anchor) return undefined;
  const { offset, length } = anchor;
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
