import type { EditPlan, InsertSummary } from '../../../core/editing/insertTypes';
import { blockLevels } from './blockLevels';
import { blockRows, INSERT_VERB } from '../pick/insertRows';
import { previewedPick } from '../pick/previewedPick';
import { changeSeBlock } from './changeSeBlock';
import { setDefinitionBlocks, type DefinitionSummary } from './editDefinition';
import { doneSentences, finish, stillPlanned, unchosen } from './finish';
import { insertSeSnippet } from './insertSeSnippet';
import { openTarget, type SourceTarget } from './openTarget';
import { knownFramework, planWithFramework } from './pickFramework';
import { pickSite } from './pickSite';
import { PlanSession, type Planned, type Reason } from './planSession';
import { PAPER_CHOICE, withArguments, type SeChoice } from './seChoice';
import { INSERT_KEYS } from './verbArguments';
import { CANCELLED, tellReason, type VerbContext } from './verbContext';

export type InsertOutcome =
  | { readonly inserted: true; readonly summary: InsertSummary | DefinitionSummary }
  | { readonly inserted: false; readonly reason: Reason };

/**
 * "Insert SE Block…": with arguments it inserts at once; without, it asks, with a preview. Where there is no site at the cursor it offers those
 * of the file.
 */
export async function insertSeBlock(context: VerbContext, argument: unknown): Promise<InsertOutcome> {
  const opened = await openTarget(argument, INSERT_KEYS);
  if (!opened.ok) return notInserted(opened.reason);
  const { target } = opened;
  if (target.kind === 'definition') {
    const outcome = await setDefinitionBlocks(context, target, 'insert');
    return outcome.done ? { inserted: true, summary: outcome.summary } : notInserted(outcome.reason);
  }
  const insertion = new Insertion(context, target);
  try {
    return await (target.asks ? insertion.ask() : insertion.atOnce());
  } finally {
    insertion.dispose();
  }
}

class Insertion {
  private readonly session: PlanSession<SeChoice, EditPlan>;
  /** Beside a refusal comes a snippet, which the user may take instead. */
  private snippet: string | null = null;

  constructor(
    private readonly context: VerbContext,
    private readonly target: SourceTarget,
  ) {
    const { document, editing, importFrom } = target;
    this.session = new PlanSession(document, target.offset, async (text, offset, choice) => {
      const framework = knownFramework(context, target);
      const result = await editing.insert({ text, framework, choice, importFrom }, offset);
      this.snippet = result.ok ? null : result.fallback;
      return result;
    });
  }

  async atOnce(): Promise<InsertOutcome> {
    const planned = await this.session.plan(withArguments(PAPER_CHOICE, this.target.given));
    return planned.ok ? this.apply(planned) : this.refuse(planned.reason);
  }

  async ask(): Promise<InsertOutcome> {
    const { context, target, session } = this;
    const last = withArguments(context.memory.last() ?? PAPER_CHOICE, target.given);
    const first = await planWithFramework(context, target, () => session.plan(last));
    if (!first.ok && first.reason.code === 'cancelled') return notInserted(first.reason);
    let start = await this.possible(last);
    if (!start) {
      const reason = first.ok ? CANCELLED : first.reason;
      const site = await pickSite(context, target, reason);
      if (site === 'none') return this.refuse(reason);
      if (site === 'escaped') return notInserted(unchosen(target));
      if (site.kind === 'change') return this.changeInstead(site.offset);
      session.offset = site.offset;
      start = await this.possible(last);
    }
    const accepted = await previewedPick(context, target, {
      title: 'Insert SE block',
      placeholder: 'Enter inserts it; Escape leaves everything as it was',
      session,
      start: start ?? last,
      rows: (choice, planned) => blockRows(INSERT_VERB, choice, planned),
      levels: blockLevels(session, INSERT_VERB),
    });
    if (!accepted) return notInserted(unchosen(target));
    await context.memory.remember(accepted.choice);
    const planned = await stillPlanned(session, accepted);
    return planned.ok ? this.apply(planned) : this.refuse(planned.reason);
  }

  dispose(): void {
    this.session.dispose();
  }

  /** The choice to start from: the last one, or its options at this site's own place; null where no block can go. */
  private async possible(last: SeChoice): Promise<SeChoice | null> {
    if ((await this.session.plan(last)).ok) return last;
    const elsewhere = { ...last, variant: null };
    return last.variant !== null && (await this.session.plan(elsewhere)).ok ? elsewhere : null;
  }

  private async apply(planned: Extract<Planned<EditPlan>, { ok: true }>): Promise<InsertOutcome> {
    const { summary } = planned.plan;
    const message = doneSentences(`SE block inserted ${summary.where}.`, summary, !this.target.asks);
    const reason = await finish(this.target, planned, message);
    return reason ? notInserted(reason) : { inserted: true, summary };
  }

  private refuse(reason: Reason): InsertOutcome {
    const { editor } = this.target;
    const { snippet } = this;
    if (!editor || snippet === null) return notInserted(reason);
    return notInserted(reason, { 'Insert Snippet': () => void insertSeSnippet(editor, snippet) });
  }

  private async changeInstead(offset: number): Promise<InsertOutcome> {
    const uri = this.target.document.uri.toString();
    const outcome = await changeSeBlock(this.context, { uri, offset, preview: true });
    return { inserted: false, reason: outcome.changed ? CANCELLED : outcome.reason };
  }
}

function notInserted(reason: Reason, ways: Readonly<Record<string, () => void>> = {}): InsertOutcome {
  tellReason(reason, ways);
  return { inserted: false, reason };
}
