import type { EditPlan, InsertSummary } from '../../../core/editing/insertTypes';
import { blockLevels } from './blockLevels';
import { blockRows, CHANGE_VERB } from '../pick/insertRows';
import { previewedPick } from '../pick/previewedPick';
import { setDefinitionBlocks, type DefinitionSummary } from './editDefinition';
import { doneSentences, finish, stillPlanned, unchosen } from './finish';
import { openTarget, type SourceTarget } from './openTarget';
import { knownFramework, planWithFramework } from './pickFramework';
import { pickUse } from './pickSite';
import { PlanSession, type Ready, type Reason } from './planSession';
import { PAPER_CHOICE, withArguments, type SeChoice } from './seChoice';
import { CHANGE_KEYS } from './verbArguments';
import { tellReason, type VerbContext } from './verbContext';

export type ChangeOutcome =
  | { readonly changed: true; readonly summary: InsertSummary | DefinitionSummary }
  | { readonly changed: false; readonly reason: Reason };

/** "Change SE Block…": other options for the block at the cursor, starting from those it has. What arguments leave open stays as it is. */
export async function changeSeBlock(context: VerbContext, argument: unknown): Promise<ChangeOutcome> {
  const opened = await openTarget(argument, CHANGE_KEYS);
  if (!opened.ok) return notChanged(opened.reason);
  const { target } = opened;
  if (target.kind === 'definition') {
    const outcome = await setDefinitionBlocks(context, target, 'change');
    return outcome.done ? { changed: true, summary: outcome.summary } : notChanged(outcome.reason);
  }
  const { document, editing, importFrom, given } = target;
  const session = new PlanSession<SeChoice, EditPlan>(document, target.offset, (text, offset, choice) =>
    editing.change({ text, framework: knownFramework(context, target), choice, importFrom }, offset),
  );
  try {
    const first = await planWithFramework(context, target, () => session.plan(PAPER_CHOICE));
    // A block that is the paper's already is there all the same.
    if (!first.ok && first.reason.code !== 'already-there') {
      if (!target.asks || first.reason.code === 'cancelled') return notChanged(first.reason);
      const use = await pickUse(context, target, 'Change SE block');
      if (use === 'none') return notChanged(first.reason);
      if (use === 'escaped') return notChanged(unchosen(target));
      session.offset = use;
    }
    const start = withArguments(await currentChoice(context, target, session.offset), given);
    if (!target.asks) {
      const planned = await session.plan(start);
      return planned.ok ? await apply(target, planned) : notChanged(planned.reason);
    }
    const accepted = await previewedPick(context, target, {
      title: 'Change SE block',
      placeholder: 'Enter changes it; Escape leaves everything as it was',
      session,
      start,
      rows: (choice, planned) => blockRows(CHANGE_VERB, choice, planned),
      levels: blockLevels(session, CHANGE_VERB),
    });
    if (!accepted) return notChanged(unchosen(target));
    const planned = await stillPlanned(session, accepted);
    return planned.ok ? await apply(target, planned) : notChanged(planned.reason);
  } finally {
    session.dispose();
  }
}

/** The options that the block at the offset has now, as far as the file says. The block that is meant is the one that would be removed. */
async function currentChoice(context: VerbContext, target: SourceTarget, offset: number): Promise<SeChoice> {
  const reading = { text: target.document.getText(), framework: knownFramework(context, target) };
  const [{ uses }, removal] = await Promise.all([
    target.editing.sites(reading),
    target.editing.remove(reading, offset),
  ]);
  const removed = removal.ok ? removal.plan.edits : [];
  const meant = uses.find(({ construction }) =>
    removed.some(({ offset: from, length }) => from <= construction.from && construction.to <= from + length),
  );
  return { ...PAPER_CHOICE, options: meant?.options ?? PAPER_CHOICE.options };
}

async function apply(target: SourceTarget, planned: Ready<EditPlan>): Promise<ChangeOutcome> {
  const { summary } = planned.plan;
  const message = doneSentences(`SE block changed ${summary.where}.`, summary, !target.asks);
  const reason = await finish(target, planned, message);
  return reason ? notChanged(reason) : { changed: true, summary };
}

function notChanged(reason: Reason): ChangeOutcome {
  tellReason(reason);
  return { changed: false, reason };
}
