/** New options or another place for an SE block that a file has: the door of "Change SE Block". */
import type { SeOptions } from '../codegen/seOptions';
import { DEFINITION_REDUCTION, seDefinition } from '../codegen/seSnippets';
import { composeEdits } from './composeEdits';
import type { Definition } from './definition';
import { planDefinition } from './definition';
import { applyEdits, orderedEdits } from './editWriter';
import type { ChangeRequest, ChangeResult, EditPlan, TextEdit } from './insertTypes';
import { refuse, RefusalSignal } from './insertTypes';
import { argumentOf } from './analysis/layers';
import { NetworkCounter } from './networkCosts';
import { namespaceFor } from './namespace';
import { openSource } from './openSource';
import { ownExtent } from './ownClass';
import { placeOfUse } from './placeOfUse';
import type { UsePlace } from './placeOfUse';
import { checkOffset, checkReduction } from './planInsert';
import { otherMentions, removalOf } from './removal';
import type { Removal } from './removal';
import { locate } from './sites/locate';
import type { OpenSource } from './sites/site';
import { quoteCode } from './sites/site';
import type { CallExpr, Statement } from './syntax/ast';
import { codeStyleOf } from './syntax/codeStyle';
import type { FoundUse } from './findUses';
import { useAt } from './useAt';
import { blockSummary, refuseBroken, refuseIfBroken, rootOf, writeSites } from './writeSites';

/** Total: anything it cannot do safely is a reason. */
export function planChange(request: ChangeRequest): ChangeResult {
  try {
    checkOffset(request);
    checkReduction(request.options);
    return { ok: true, plan: planIn(openSource(request), request) };
  } catch (thrown) {
    if (thrown instanceof RefusalSignal) return { ok: false, reason: thrown.refusal };
    throw thrown;
  }
}

function planIn(source: OpenSource, request: ChangeRequest): EditPlan {
  const use = useAt(source, request.offset);
  const removal = removalOf(source, use);
  const place = placeOfUse(source, removal);
  const stays = request.variant === undefined || request.variant === place?.site.variant;
  const isOurs = use.own !== null || request.importFrom !== undefined;
  if (stays && isOurs) return changedInPlace(source, use, place, request);
  if (!place) {
    return refuse(
      'unsupported-shape',
      stays
        ? `\`${use.report.className}\` is not ours and stands at a place that this command does not know. Change it by hand.`
        : 'The block stands at a place that this command does not know, so it cannot be moved. Remove it and insert a new one.',
    );
  }
  return moved(source, use, removal, place, request);
}

/** Out at one place, in at another. */
function moved(
  source: OpenSource,
  use: FoundUse,
  removal: Removal,
  { bare, site, offset }: UsePlace,
  request: ChangeRequest,
): EditPlan {
  const wanted = request.variant === undefined ? site : locate({ ...bare, offset, variant: request.variant });
  const { edits, summaries } = writeSites(bare, [wanted], request);
  const [summary] = summaries;
  if (!summary) return refuseBroken();
  const composed = composeEdits(source.file.text, removal.edits, edits);
  refuseIfBroken(source, applyEdits(source.file.text, composed));
  const foreign = use.own
    ? []
    : [`\`${use.report.className}\` is not ours: \`${summary.className}\` takes its place.`];
  const counted = new NetworkCounter(bare, request.options).counted(wanted, summary);
  return { edits: composed, summary: { ...counted, warnings: [...foreign, ...counted.warnings] } };
}

/** The construction says the new reduction; the class is rewritten where this block alone uses it, else another one is made. */
function changedInPlace(
  source: OpenSource,
  use: FoundUse,
  place: UsePlace | null,
  { options, importFrom }: ChangeRequest,
): EditPlan {
  const { file } = source;
  const { construction, report, calls } = use;
  const root = rootOf(construction.statement, source);
  const { definition, edit } = classFor(source, use, root, options, importFrom);
  const channels = place ? place.site.channels : ({ status: 'feature' } as const);
  const { summary, reduction } = blockSummary(
    place?.bare ?? source,
    {
      place: place?.site.place ?? 'after-layer',
      variant: place?.site.variant ?? null,
      where: place?.site.where ?? `in ${report.owner.name === '' ? 'the file' : report.owner.name}`,
      channels,
      warnings:
        calls.length === 0 && construction.fate.kind === 'attribute' ? ['Nothing calls this block.'] : [],
    },
    definition,
    options,
  );
  const edits = orderedEdits([
    ...(edit ? [edit] : []),
    ...constructionEdits(source, use, definition, reduction),
  ]);
  if (edits.length === 0)
    refuse('already-there', 'The block has these options already. Nothing was changed.');
  refuseIfBroken(source, applyEdits(file.text, edits));
  return {
    edits,
    summary: place ? new NetworkCounter(place.bare, options).counted(place.site, summary) : summary,
  };
}

function classFor(
  source: OpenSource,
  use: FoundUse,
  root: Statement,
  options: SeOptions,
  importFrom: string | undefined,
): { definition: Definition; edit: TextEdit | null } {
  const style = codeStyleOf(source.file);
  const planned = planDefinition(source, root, options, style, importFrom);
  if (importFrom !== undefined || planned.edit === null || !use.own)
    return { definition: planned, edit: planned.edit };
  const extent = ownExtent(source, use.own);
  if (!extent || otherMentions(source, use.own, [extent, use.construction.expr]) > 0)
    return { definition: planned, edit: planned.edit };
  // The block's own class reads anew, under its old name.
  const className = use.own.node.name;
  const { namespace } = namespaceFor(source, root, style);
  const { framework, file } = source;
  const text = seDefinition({ framework, language: file.language, className, namespace, options, style });
  return {
    definition: { className, namespace, edit: null, status: 'reused' },
    edit: { offset: extent.from, length: extent.to - extent.from, newText: text },
  };
}

/** The class's name and the reduction, where they differ from what stands there. */
function constructionEdits(
  source: OpenSource,
  use: FoundUse,
  { className }: Definition,
  reduction: number,
): TextEdit[] {
  const { expr } = use.construction;
  const edits: TextEdit[] = [];
  if (source.file.slice(expr.callee) !== className)
    edits.push({ offset: expr.callee.from, length: expr.callee.to - expr.callee.from, newText: className });
  const edit = reductionEdit(source, expr, reduction);
  return edit ? [...edits, edit] : edits;
}

function reductionEdit({ file, framework }: OpenSource, expr: CallExpr, reduction: number): TextEdit | null {
  const written = argumentOf(expr, { index: -1, keyword: 'reduction' });
  if (written) {
    const newText = String(reduction);
    return file.slice(written) === newText
      ? null
      : { offset: written.from, length: written.to - written.from, newText };
  }
  if (reduction === DEFINITION_REDUCTION) return null;
  // Behind the channels, before what else is passed by name, as an insert writes it.
  const last = expr.args.filter((item) => item.name === null).at(-1) ?? expr.args.at(-1);
  if (framework === 'tfjs') {
    if (last)
      return refuse(
        'unsupported-shape',
        `${quoteCode(expr, file)} does not say its reduction as we write it. Change it by hand.`,
      );
    return { offset: expr.to - 1, length: 0, newText: `{ reduction: ${reduction} }` };
  }
  const keyword = `reduction=${reduction}`;
  return last
    ? { offset: last.to, length: 0, newText: `, ${keyword}` }
    : { offset: expr.to - 1, length: 0, newText: keyword };
}
