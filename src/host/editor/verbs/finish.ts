/** The end of every verb: the plan is applied, shown and told. */
import * as vscode from 'vscode';
import type { InsertSummary, TextEdit } from '../../../core/editing/insertTypes';
import type { Accepted } from '../pick/levelPick';
import { totalOf } from '../pick/insertRows';
import { lineOfLastEdit } from '../preview/lineToShow';
import { applyPlanned } from './applyPlanned';
import type { Target } from './openTarget';
import type { PlanSession, Planned, Ready, Reason } from './planSession';
import { CANCELLED, tellDone } from './verbContext';

interface Edits {
  readonly edits: readonly TextEdit[];
}

/** Applies the plan and says so; a reason where nothing was done. */
export async function finish(
  { document, editor }: Target,
  planned: Ready<Edits>,
  message: string,
  ways: Readonly<Record<string, () => void>> = {},
): Promise<Reason | null> {
  const applied = await applyPlanned(document, planned);
  if (!applied.ok) return applied.reason;
  reveal(document, editor?.viewColumn, lineOfLastEdit(document.getText(), planned.plan.edits));
  tellDone(document, applied.version, message, ways);
  return null;
}

/** Brings a line into view, in the column where the verb began if the document is there. */
function reveal(document: vscode.TextDocument, column: vscode.ViewColumn | undefined, line: number | null) {
  // The editor of then may have been another object: it was hidden under the preview.
  const editors = vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
  const editor = editors.find(({ viewColumn }) => viewColumn === column) ?? editors[0];
  if (!editor || line === null) return;
  const range = new vscode.Range(line, 0, line, 0);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The message after a block was written. The warnings were read in the pick, if there was one. */
export function doneSentences(
  done: string,
  { cost, networks, warnings }: InsertSummary,
  unread: boolean,
): string {
  const totals = networks.map((network) => `${network.entry}: ${totalOf(network)}.`);
  return [done, ...(cost === null ? totals : [cost]), ...(unread ? warnings : [])].join(' ');
}

/** The accepted plan, made anew if the document was edited since. */
export async function stillPlanned<Choice, Plan extends Edits>(
  session: PlanSession<Choice, Plan>,
  { choice, planned }: Accepted<Choice, Plan>,
): Promise<Planned<Plan>> {
  return planned.version === session.document.version ? planned : session.plan(choice);
}

/** Why a pick ended without a choice. */
export function unchosen({ document }: Target): Reason {
  if (!document.isClosed) return CANCELLED;
  return { code: 'closed', message: 'The file was closed, so nothing was changed.' };
}
