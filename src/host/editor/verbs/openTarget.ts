import * as vscode from 'vscode';
import { DEFINITION_GLOB } from '../../definitions/definitionFiles';
import { PREVIEW_SCHEME } from '../preview/previewDiff';
import { editingOf, type SeEditing } from '../seEditing';
import type { Reason } from './planSession';
import { asks, readVerbArguments, type VerbArgumentKey, type VerbArguments } from './verbArguments';

/** The document and place that a verb is about, and what was said beside. */
interface Place {
  readonly document: vscode.TextDocument;
  /** One of the editors that show it; null where none does and none is needed. */
  readonly editor: vscode.TextEditor | null;
  readonly offset: number;
  readonly given: VerbArguments;
  /** Whether the verb may ask. */
  readonly asks: boolean;
}

export interface SourceTarget extends Place {
  readonly kind: 'source';
  readonly editing: SeEditing;
  readonly importFrom: string;
}

/** A model definition, whose blocks are a setting: the place in it means nothing. */
export interface DefinitionTarget extends Place {
  readonly kind: 'definition';
}

export type Target = SourceTarget | DefinitionTarget;

export type Opened =
  { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly reason: Reason };

/** Finds the document and place from a command's argument and the active editor. What cannot be edited is refused before any question. */
export async function openTarget(argument: unknown, allowed: readonly VerbArgumentKey[]): Promise<Opened> {
  // The context menu hands over the address of the file that is open anyway.
  const reading = readVerbArguments(argument instanceof vscode.Uri ? undefined : argument, allowed);
  if (!reading.ok) return refused('invalid-arguments', reading.message);
  const given = reading.given ?? {};
  const mayAsk = asks(reading.given);
  const found = await findDocument(given, mayAsk);
  if (!found)
    return refused(
      'no-document',
      given.uri === undefined
        ? 'Open a Python, TypeScript or JavaScript file, or a model definition, and put the cursor where the SE block belongs.'
        : `The document ${given.uri} cannot be opened.`,
    );
  const { document, editor } = found;
  const isDefinition = vscode.languages.match({ pattern: DEFINITION_GLOB }, document) > 0;
  const editing = isDefinition ? null : editingOf(document.languageId);
  if (!isDefinition && !editing)
    return refused(
      'no-document',
      'SE blocks are written in Python, TypeScript and JavaScript files and in model definitions; this is none of them.',
    );
  const readOnly = await readOnlyReason(document);
  if (readOnly !== null) return refused('read-only', readOnly);
  const offset = placeIn(document, editor, given);
  if (offset === null)
    return refused(
      'invalid-arguments',
      `The file has ${document.lineCount} lines; line ${given.line} is not there.`,
    );
  const place = { document, editor, offset, given, asks: mayAsk };
  if (!editing) return { ok: true, target: { ...place, kind: 'definition' } };
  const settings = vscode.workspace.getConfiguration('sePlayground', document.uri);
  const importFrom = settings.get<unknown>('insert.importFrom');
  return {
    ok: true,
    target: {
      ...place,
      kind: 'source',
      editing,
      importFrom: typeof importFrom === 'string' ? importFrom.trim() : '',
    },
  };
}

async function findDocument({ uri }: VerbArguments, show: boolean) {
  const active = vscode.window.activeTextEditor;
  if (uri === undefined) return active && { document: active.document, editor: active };
  if (active?.document.uri.toString() === uri) return { document: active.document, editor: active };
  try {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
    const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    if (!show) return { document, editor: visible ?? null };
    const { viewColumn } = visible ?? {};
    return {
      document,
      editor: await vscode.window.showTextDocument(document, viewColumn === undefined ? {} : { viewColumn }),
    };
  } catch {
    return null;
  }
}

function placeIn(
  document: vscode.TextDocument,
  editor: vscode.TextEditor | null,
  { offset, line }: VerbArguments,
): number | null {
  if (offset !== undefined) return offset;
  if (line === undefined) return editor ? document.offsetAt(editor.selection.active) : 0;
  if (line > document.lineCount) return null;
  return document.offsetAt(
    new vscode.Position(line - 1, document.lineAt(line - 1).firstNonWhitespaceCharacterIndex),
  );
}

/**
 * Why the document cannot be edited, as far as VS Code tells extensions; null where it can. "Set Active Editor Read-only in Session" it does not
 * tell: that shows when the edit is refused.
 */
async function readOnlyReason(document: vscode.TextDocument): Promise<string | null> {
  const { uri } = document;
  if (uri.scheme === PREVIEW_SCHEME) return 'This is the preview; run the command in the file itself.';
  if (uri.scheme === 'git' || vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false)
    return 'This file is read-only, so no SE block can be written into it.';
  if (isReadOnlyBySetting(document))
    return 'This file is read-only by the setting files.readonlyInclude, so no SE block can be written into it.';
  const stat = await vscode.workspace.fs.stat(uri).then(undefined, () => null);
  return stat?.permissions === vscode.FilePermission.Readonly
    ? 'This file is read-only, so no SE block can be written into it.'
    : null;
}

function isReadOnlyBySetting(document: vscode.TextDocument): boolean {
  const files = vscode.workspace.getConfiguration('files', document.uri);
  const matches = (setting: string) =>
    Object.entries(files.get<Record<string, unknown>>(setting) ?? {}).some(
      ([glob, on]) => on === true && vscode.languages.match({ pattern: glob }, document) > 0,
    );
  return matches('readonlyInclude') && !matches('readonlyExclude');
}

function refused(code: string, message: string): Opened {
  return { ok: false, reason: { code, message } };
}
