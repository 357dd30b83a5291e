import type * as vscode from 'vscode';
import { sourceLanguageOf } from '../../../core/codegen/sourceLanguage';
import { parseDefinition } from '../../../core/model/parseDefinition';
import { isDefinition } from '../../definitions/definitionFiles';
import { editingOf } from '../seEditing';
import { isWorthAnalysing } from '../sites/frameworkMention';
import type { Fitter } from './chooseGates';
import { fitDefinition } from './fitDefinition';

/** Undefined for a document that makes no SE block, as far as can be told without reading the parsers. */
export async function fitterOf(document: vscode.TextDocument): Promise<Fitter | undefined> {
  const { uri, languageId, lineCount } = document;
  const text = document.getText();
  if (isDefinition(uri)) return fitDefinition(text);
  const language = sourceLanguageOf(languageId);
  if (!language || !isWorthAnalysing(text, lineCount)) return undefined;
  const { fitSource } = await import('./fitSource');
  return fitSource(text, language, uri.path.slice(uri.path.lastIndexOf('/') + 1));
}

/** Whether the text has a syntax error just now. */
export async function isBroken(document: vscode.TextDocument): Promise<boolean> {
  const { uri, languageId } = document;
  const text = document.getText();
  if (isDefinition(uri)) return parseDefinition(text).problems.some(({ structural }) => structural);
  return (await editingOf(languageId)?.isBroken(text)) ?? false;
}
