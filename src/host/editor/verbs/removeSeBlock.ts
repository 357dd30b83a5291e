import type { RemovePlan } from '../../../core/editing/insertTypes';
import { previewedPick } from '../pick/previewedPick';
import { removeRows } from '../pick/removeRows';
import { removeDefinitionBlocks, type DefinitionSummary } from './editDefinition';
import { finish, stillPlanned, unchosen } from './finish';
import { openTarget, type SourceTarget } from './openTarget';
import { knownFramework, planWithFramework } from './pickFramework';
import { pickUse } from './pickSite';
import { PlanSession, type Ready, type Reason } from './planSession';
import { REMOVE_KEYS } from './verbArguments';
import { tellReason, type VerbContext } from './verbContext';

export type RemoveOutcome =
  | { readonly removed: true; readonly summary: RemovePlan['summary'] | DefinitionSummary }
  | { readonly removed: false; readonly reason: Reason };

/** "Remove SE Block…": the block at the cursor, or one of the file's; with its class, where that is ours and nothing else uses it. */
export async function removeSeBlock(context: VerbContext, argument: unknown): Promise<RemoveOutcome> {
  const opened = await openTarget(argument, REMOVE_KEYS);
  if (!opened.ok) return notRemoved(opened.reason);
  const { target } = opened;
  if (target.kind === 'definition') {
    const outcome = await removeDefinitionBlocks(context, target);
    return outcome.done ? { removed: true, summary: outcome.summary } : notRemoved(outcome.reason);
  }
  const { document, editing } = target;
  const session = new PlanSession<null, RemovePlan>(document, target.offset, (text, offset) =>
    editing.remove({ text, framework: knownFramework(context, target) }, offset),
  );
  try {
    const first = await planWithFramework(context, target, () => session.plan(null));
    if (!target.asks) return first.ok ? await apply(target, first) : notRemoved(first.reason);
    if (!first.ok) {
      const use =
        first.reason.code === 'cancelled' ? 'escaped' : await pickUse(context, target, 'Remove SE block');
      if (use === 'none') return notRemoved(first.reason);
      if (use === 'escaped') return notRemoved(unchosen(target));
      session.offset = use;
    }
    const accepted = await previewedPick(context, target, {
      title: 'Remove SE block',
      placeholder: 'Enter removes it; Escape leaves everything as it was',
      session,
      start: null,
      rows: (_choice, planned) => removeRows(planned),
      levels: {},
    });
    if (!accepted) return notRemoved(unchosen(target));
    const planned = await stillPlanned(session, accepted);
    return planned.ok ? await apply(target, planned) : notRemoved(planned.reason);
  } finally {
    session.dispose();
  }
}

async function apply(target: SourceTarget, planned: Ready<RemovePlan>): Promise<RemoveOutcome> {
  const { summary } = planned.plan;
  const warnings = target.asks ? [] : summary.warnings;
  const message = [`${summary.className} removed ${summary.where}.`, ...warnings].join(' ');
  const reason = await finish(target, planned, message);
  return reason ? notRemoved(reason) : { removed: true, summary };
}

function notRemoved(reason: Reason): RemoveOutcome {
  tellReason(reason);
  return { removed: false, reason };
}
