import * as vscode from 'vscode';
import { parseDefinition } from '../../core/model/parseDefinition';
import { definitionTemplate, presetByKey, PRESETS } from '../../core/model/presets';
import { DEFINITION_SUFFIX, readDefinitionText } from './definitionFiles';
import { renamedDefinition, uniqueFileName } from './definitionText';
import { readReference } from './modelCatalog';

/** Asks for a template (unless given), writes it to a new file, opens it. Returns the file, undefined if the user changed their mind. */
export async function newDefinition(presetKey?: unknown): Promise<vscode.Uri | undefined> {
  const given = typeof presetKey === 'string' ? presetByKey(presetKey) : undefined;
  const preset = given ?? (await pickTemplate());
  return preset && store(preset.label, (name) => definitionTemplate(preset.key, name));
}

/** Copies a preset to a file, or a file beside itself. */
export async function duplicateDefinition(reference: string): Promise<vscode.Uri | undefined> {
  const original = readReference(reference);
  if (!original) return undefined;
  if ('preset' in original) {
    const { key, label } = original.preset;
    return store(label, (name) => definitionTemplate(key, name));
  }
  const text = await readDefinitionText(original.uri);
  const fileName = original.uri.path.slice(original.uri.path.lastIndexOf('/') + 1);
  const name = parseDefinition(text).spec?.name ?? fileName.slice(0, -DEFINITION_SUFFIX.length);
  const folder = vscode.Uri.joinPath(original.uri, '..');
  return store(`${name} copy`, (unique) => renamedDefinition(text, unique), folder);
}

async function pickTemplate() {
  const items = PRESETS.map((preset) => ({ label: preset.label, detail: preset.description, preset }));
  const placeHolder = 'Start from a built-in model';
  const title = 'New Model Definition';
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true }))?.preset;
}

async function store(
  name: string,
  textNamed: (name: string) => string,
  folder?: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const uri = folder ? await freeFile(folder, name) : await chooseFile(name);
  if (!uri) return undefined;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(textNamed(name)));
  await vscode.window.showTextDocument(uri);
  return uri;
}

/** In the workspace folder, which is asked for only if there are several; without one the user says where. */
async function chooseFile(name: string): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    const defaultUri = vscode.Uri.file(uniqueFileName(name, DEFINITION_SUFFIX, () => false));
    const filters = { 'SE Playground model definition': [DEFINITION_SUFFIX.slice(1)] };
    return vscode.window.showSaveDialog({ title: 'New Model Definition', defaultUri, filters });
  }
  const folder = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  return folder && freeFile(folder.uri, name);
}

async function freeFile(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  const taken = new Set(
    (await vscode.workspace.fs.readDirectory(folder)).map(([fileName]) => fileName.toLowerCase()),
  );
  return vscode.Uri.joinPath(
    folder,
    uniqueFileName(name, DEFINITION_SUFFIX, (fileName) => taken.has(fileName)),
  );
}
