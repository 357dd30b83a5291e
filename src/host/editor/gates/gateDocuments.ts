import type * as vscode from 'vscode';
import { SOURCE_LANGUAGE_IDS } from '../../../core/codegen/sourceLanguage';
import { DEFINITION_GLOB } from '../../definitions/definitionFiles';

/** The documents that may have gates. */
export const GATE_DOCUMENTS: vscode.DocumentSelector = [{ pattern: DEFINITION_GLOB }, ...SOURCE_LANGUAGE_IDS];
