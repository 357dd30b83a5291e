import type * as vscode from 'vscode';
import { paperCostText } from '../../core/model/paperCostText';
import { openBeside } from './openBeside';

/** The command "Compare Costs with the Paper": its tables beside what is counted here, as a document. */
export function showPaperCosts(): Promise<vscode.TextDocument> {
  return openBeside({ fileName: 'paper-costs.md', languageId: 'markdown', text: paperCostText() });
}
