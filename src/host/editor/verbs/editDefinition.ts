import { applyEdits } from '../../../core/editing/editWriter';
import {
  definitionOptions,
  planDefinitionEdit,
  type DefinitionChange,
  type DefinitionPlan,
} from '../../../core/editing/planDefinitionEdit';
import { choiceLevels } from '../pick/choiceLevels';
import { definitionRemovalRows, definitionRows } from '../pick/definitionRows';
import { previewedPick } from '../pick/previewedPick';
import { finish, stillPlanned, unchosen } from './finish';
import type { DefinitionTarget } from './openTarget';
import { PlanSession, type Planned, type Reason } from './planSession';
import { withArguments, type SeChoice } from './seChoice';
import type { VerbArguments } from './verbArguments';
import type { VerbContext } from './verbContext';

export type DefinitionSummary = DefinitionPlan['summary'];
export type DefinitionOutcome =
  | { readonly done: true; readonly summary: DefinitionSummary }
  | { readonly done: false; readonly reason: Reason };

const PLACEHOLDER = 'Enter sets it; Escape leaves everything as it was';

/**
 * "Insert SE Block…" and "Change SE Block…" in a model definition, where they write the setting "se". What arguments leave open is as the
 * definition has it, or its default. Inserting where there are blocks is a change if the verb may ask, else it is refused.
 */
export async function setDefinitionBlocks(
  context: VerbContext,
  target: DefinitionTarget,
  verb: 'insert' | 'change',
): Promise<DefinitionOutcome> {
  const { given } = target;
  const text = target.document.getText();
  const has = definitionOptions(text);
  if (verb === 'change' && !has)
    return refused('no-site', 'This definition has no SE blocks. "Insert SE Block…" gives it some.');
  if (verb === 'insert' && has && !target.asks)
    return refused('already-there', 'This definition has SE blocks. "Change SE Block…" changes them.');
  if (!target.asks)
    return inSession(target, setting, async (session: Session<VerbArguments>) =>
      apply(target, await session.plan(given)),
    );
  const bare = planDefinitionEdit(text, setting({}));
  const start = has ?? (bare.ok ? definitionOptions(applyEdits(text, bare.plan.edits)) : null);
  if (!start)
    return bare.ok ? refused('no-site', 'This definition has no SE blocks.') : { done: false, ...bare };
  return inSession(target, settingOf, async (session: Session<SeChoice>) => {
    const accepted = await previewedPick<SeChoice, DefinitionPlan>(context, target, {
      title: has ? 'Change the SE blocks of the definition' : 'Insert SE blocks into the definition',
      placeholder: PLACEHOLDER,
      session,
      start: withArguments(start, given),
      rows: definitionRows,
      levels: choiceLevels<DefinitionPlan>({
        plan: (choice) => session.plan(choice),
        factsOf: () => ({ variant: null, channels: null }),
        changes: true,
        open: null,
      }),
    });
    return accepted
      ? apply(target, await stillPlanned(session, accepted))
      : { done: false, reason: unchosen(target) };
  });
}

/** "Remove SE Block…" in a model definition: `"se": "none"`. */
export function removeDefinitionBlocks(
  context: VerbContext,
  target: DefinitionTarget,
): Promise<DefinitionOutcome> {
  const removal = (): DefinitionChange => ({ kind: 'remove' });
  return inSession(target, removal, async (session: Session<null>) => {
    const first = await session.plan(null);
    if (!target.asks || !first.ok) return apply(target, first);
    const accepted = await previewedPick(context, target, {
      title: 'Remove the SE blocks of the definition',
      placeholder: PLACEHOLDER,
      session,
      start: null,
      rows: (_choice, planned) => definitionRemovalRows(planned),
      levels: {},
    });
    return accepted
      ? apply(target, await stillPlanned(session, accepted))
      : { done: false, reason: unchosen(target) };
  });
}

type Session<Choice> = PlanSession<Choice, DefinitionPlan>;

async function inSession<Choice>(
  { document, offset }: DefinitionTarget,
  change: (choice: Choice) => DefinitionChange,
  work: (session: Session<Choice>) => Promise<DefinitionOutcome>,
): Promise<DefinitionOutcome> {
  const session: Session<Choice> = new PlanSession(document, offset, (text, _offset, choice: Choice) =>
    Promise.resolve(planDefinitionEdit(text, change(choice))),
  );
  try {
    return await work(session);
  } finally {
    session.dispose();
  }
}

/** Only what was said. */
function setting({ variant, reduction, squeeze, gate, bias }: VerbArguments): DefinitionChange {
  const options = {
    ...(reduction !== undefined && { reduction }),
    ...(squeeze !== undefined && { squeeze }),
    ...(gate !== undefined && { gate }),
    ...(bias !== undefined && { bias }),
  };
  return { kind: 'set', options, ...(variant !== undefined && { variant }) };
}

function settingOf({ options, variant }: SeChoice): DefinitionChange {
  return { kind: 'set', options, ...(variant !== null && { variant }) };
}

async function apply(target: DefinitionTarget, planned: Planned<DefinitionPlan>): Promise<DefinitionOutcome> {
  if (!planned.ok) return { done: false, reason: planned.reason };
  const { summary } = planned.plan;
  const warnings = target.asks ? [] : summary.warnings;
  const reason = await finish(target, planned, [`${summary.what}.`, summary.cost, ...warnings].join(' '));
  return reason ? { done: false, reason } : { done: true, summary };
}

function refused(code: string, message: string): DefinitionOutcome {
  return { done: false, reason: { code, message } };
}
