/**
 * The door of the insert command: source text and cursor in, one set of text edits or a reason why not out.
 *
 * It finds the place by parsing (Lezer grammars), following values through the code to the residual branch and to the
 * layer that says how many channels there are. What it does not understand it does not edit; a throw is a bug.
 */
import type { SeOptions } from '../codegen/seOptions';
import { completionSnippet } from '../codegen/seSnippets';
import type { EditPlan, InsertRequest, InsertResult } from './insertTypes';
import { RefusalSignal, refuse } from './insertTypes';
import { NetworkCounter } from './networkCosts';
import { likelyFramework, openSource } from './openSource';
import { locate } from './sites/locate';
import type { OpenSource } from './sites/site';
import { refuseBroken, writeSites } from './writeSites';

export type {
  ChannelCount,
  EditPlan,
  InsertRequest,
  InsertResult,
  InsertSummary,
  Refusal,
  RefusalCode,
  SitePlace,
  TextEdit,
} from './insertTypes';
export { applyEdits } from './editWriter';

/**
 * Plans one SE block at the cursor. With a residual addition the block goes to the variant's place in that unit, by default the end of its
 * branch (the paper's place); otherwise after the layer at the cursor. Total: anything it cannot do safely is a reason and a snippet.
 */
export function planInsert(request: InsertRequest): InsertResult {
  try {
    checkOffset(request);
    checkReduction(request.options);
    return { ok: true, plan: planIn(openSource(request), request) };
  } catch (thrown) {
    if (!(thrown instanceof RefusalSignal)) throw thrown;
    const fallback = completionSnippet(request.language, likelyFramework(request));
    return { ok: false, reason: thrown.refusal, fallback };
  }
}

/** Throws a refusal where the cursor is nowhere. */
export function checkOffset({ text, offset }: { readonly text: string; readonly offset: number }): void {
  if (!Number.isInteger(offset) || offset < 0 || offset > text.length)
    refuse('invalid-request', 'The cursor is outside the text.');
}

export function checkReduction({ reduction }: SeOptions): void {
  if (!Number.isInteger(reduction) || reduction < 1)
    refuse('invalid-request', 'The reduction must be a whole number from 1.');
}

function planIn(source: OpenSource, request: InsertRequest): EditPlan {
  const { file } = source;
  const here = file.module.body.find(
    (statement) => statement.from <= request.offset && request.offset <= file.lineEnd(statement.to),
  );
  if (here && file.hasError(here)) refuseBroken();
  const site = locate({ ...source, offset: request.offset, variant: request.variant });
  const { edits, summaries } = writeSites(source, [site], request);
  const [summary] = summaries;
  if (!summary) return refuseBroken();
  return {
    edits,
    summary: new NetworkCounter(source, request.options).counted(site, summary),
  };
}
