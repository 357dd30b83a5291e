import * as vscode from 'vscode';
import type { ConvertPlan } from '../../../core/editing/insertTypes';
import { convertLevels } from '../pick/convertLevels';
import { convertReport } from '../pick/convertReport';
import { convertRows, totalText, type ConvertChoice } from '../pick/convertRows';
import { previewedPick } from '../pick/previewedPick';
import { counted } from '../pick/row';
import { setDefinitionBlocks, type DefinitionSummary } from './editDefinition';
import { finish, stillPlanned, unchosen } from './finish';
import { openTarget, type SourceTarget } from './openTarget';
import { knownFramework, planWithFramework } from './pickFramework';
import { PlanSession, type Ready, type Reason } from './planSession';
import { PAPER_CHOICE, withArguments } from './seChoice';
import { CONVERT_KEYS } from './verbArguments';
import { tellReason, type VerbContext } from './verbContext';

export type ConvertSummary = Omit<ConvertPlan, 'edits'>;
export type ConvertOutcome =
  | { readonly converted: true; readonly summary: ConvertSummary | DefinitionSummary }
  | { readonly converted: false; readonly reason: Reason };

/** "Add SE to Every Residual Block…": in the class at the cursor, or in the whole file. With arguments at once, otherwise with a preview. */
export async function convertNetwork(context: VerbContext, argument: unknown): Promise<ConvertOutcome> {
  const opened = await openTarget(argument, CONVERT_KEYS);
  if (!opened.ok) return notConverted(opened.reason);
  const { target } = opened;
  if (target.kind === 'definition') {
    const outcome = await setDefinitionBlocks(context, target, 'insert');
    return outcome.done ? { converted: true, summary: outcome.summary } : notConverted(outcome.reason);
  }
  const { document, editing, importFrom, given } = target;
  const session = new PlanSession<ConvertChoice, ConvertPlan>(
    document,
    target.offset,
    (text, offset, choice) => {
      const wish = { text, framework: knownFramework(context, target), choice, importFrom };
      return editing.convert(wish, choice.scope === 'class' ? { kind: 'class', offset } : { kind: 'file' });
    },
  );
  try {
    const remembered = target.asks ? context.memory.last() : null;
    const wholeFile: ConvertChoice = {
      ...withArguments(remembered ?? PAPER_CHOICE, given),
      scope: given.scope ?? 'file',
    };
    const first = await planWithFramework(context, target, () => session.plan(wholeFile));
    if (!target.asks) return first.ok ? await apply(target, first, wholeFile) : notConverted(first.reason);
    const inClass: ConvertChoice = { ...wholeFile, scope: 'class' };
    const className = (await session.plan(inClass)).ok ? await classAt(context, target) : null;
    if (!first.ok && className === null) return notConverted(first.reason);
    const accepted = await previewedPick(context, target, {
      title: 'Add SE to every residual block',
      placeholder: 'Enter applies it; Escape leaves everything as it was',
      session,
      start: className !== null && given.scope === undefined ? inClass : wholeFile,
      rows: (choice, planned) => convertRows(choice, planned, className),
      levels: convertLevels(className),
    });
    if (!accepted) return notConverted(unchosen(target));
    const { choice } = accepted;
    await context.memory.remember(choice);
    const planned = await stillPlanned(session, accepted);
    return planned.ok ? await apply(target, planned, choice) : notConverted(planned.reason);
  } finally {
    session.dispose();
  }
}

/** Name of the class with residual units at the target's place. */
async function classAt(
  context: VerbContext,
  { document, editing, offset, given }: SourceTarget,
): Promise<string | null> {
  const framework = given.framework ?? context.frameworks.of(document.uri);
  const { sites } = await editing.sites({ text: document.getText(), framework });
  const around = sites.flatMap(({ owner: { declaration }, rank }) =>
    rank === 'best' && declaration?.kind === 'class' && declaration.from <= offset && offset <= declaration.to
      ? [declaration.name]
      : [],
  );
  return around[0] ?? null;
}

async function apply(
  target: SourceTarget,
  planned: Ready<ConvertPlan>,
  choice: ConvertChoice,
): Promise<ConvertOutcome> {
  const { edits: _edits, ...summary } = planned.plan;
  const { document } = target;
  const count = summary.inserted.length;
  const done = `${counted(count, 'residual unit')} ${count === 1 ? 'has' : 'have'} an SE block now. ${totalText(planned.plan)}.`;
  const report = convertReport(vscode.workspace.asRelativePath(document.uri), choice, planned.plan);
  const reason = await finish(target, planned, done, { 'Open Summary': () => void openReport(report) });
  return reason ? notConverted(reason) : { converted: true, summary };
}

async function openReport(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
}

function notConverted(reason: Reason): ConvertOutcome {
  tellReason(reason);
  return { converted: false, reason };
}
