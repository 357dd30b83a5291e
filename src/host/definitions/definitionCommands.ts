import * as vscode from 'vscode';
import { isPlaygroundNode } from '../explorer/playgroundNode';
import type { Selection } from '../panel/panelSession';
import { deleteDefinition } from './deleteDefinition';
import { isDefinition, type DefinitionFiles } from './definitionFiles';
import { fileReference, readReference, type ModelCatalog } from './modelCatalog';
import { duplicateDefinition } from './newDefinition';

/**
 * The commands about definitions. Their argument is a tree node, a file (explorer, code lens) or a reference; without one they act on the definition in
 * the active editor, or ask.
 */
export class DefinitionCommands {
  constructor(
    private readonly files: DefinitionFiles,
    private readonly catalog: ModelCatalog,
    /** Opens the panel with these models in its pickers. */
    private readonly select: (selection: Selection) => void,
  ) {}

  async train(argument: unknown): Promise<void> {
    const model = await this.referenceOf(argument, 'Train');
    if (model !== undefined) this.select({ model });
  }

  /** `others` are further selected files: VS Code hands them to commands of the explorer. */
  async compare(argument: unknown, others: unknown): Promise<void> {
    const model = await this.referenceOf(argument, 'Compare');
    if (model === undefined) return;
    const second = Array.isArray(others) ? others.find((uri) => String(uri) !== String(argument)) : others;
    const given = second === undefined ? undefined : await this.referenceOf(second, 'Compare');
    const compareWith = given ?? (await this.pick('Compare With', model));
    if (compareWith !== undefined) this.select({ model, compareWith });
  }

  async duplicate(argument: unknown): Promise<vscode.Uri | undefined> {
    const reference = await this.referenceOf(argument, 'Duplicate');
    return reference === undefined ? undefined : duplicateDefinition(reference);
  }

  async delete(argument: unknown): Promise<boolean> {
    const reference = await this.referenceOf(argument, 'Delete');
    const target = reference === undefined ? undefined : readReference(reference);
    return target !== undefined && 'uri' in target && deleteDefinition(target.uri);
  }

  /** The definition that the argument names, or the one in the active editor, or one that the user picks. */
  async referenceOf(argument: unknown, title: string): Promise<string | undefined> {
    if (typeof argument === 'string') return argument;
    if (isPlaygroundNode(argument) && argument.kind === 'definition') {
      const target = readReference(argument.entry.reference);
      return target && 'uri' in target ? this.savedReference(target.uri) : argument.entry.reference;
    }
    const active = vscode.window.activeTextEditor?.document.uri;
    const uri = argument instanceof vscode.Uri ? argument : active;
    return uri && isDefinition(uri) ? this.savedReference(uri) : this.pick(title);
  }

  /** What is trained is what is on disk, so what is in the editor is saved first. */
  private async savedReference(uri: vscode.Uri): Promise<string> {
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (document?.isDirty) await document.save();
    await this.files.include(uri);
    return fileReference(uri);
  }

  private async pick(title: string, except?: string): Promise<string | undefined> {
    const entries = (await this.catalog.entries()).filter(({ reference }) => reference !== except);
    const items = entries.map(({ label, description, reference }) => ({
      label,
      detail: description,
      reference,
    }));
    return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.reference;
  }
}
