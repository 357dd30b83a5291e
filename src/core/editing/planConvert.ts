/** SE blocks for every residual unit of a class or of a whole file, as one set of edits. */
import type { FoundSite } from './findSites';
import { sitesOf } from './findSites';
import type { ConvertPlan, ConvertRequest, ConvertResult, SiteReport } from './insertTypes';
import { refuse, RefusalSignal } from './insertTypes';
import { NetworkCounter } from './networkCosts';
import { openSource } from './openSource';
import { checkReduction } from './planInsert';
import type { OpenSource } from './sites/site';
import { innermost } from './syntax/ast';
import { writeSites } from './writeSites';

/** Total: what cannot be done safely is left out and reported in `declined`; where nothing can be done, the result is a reason. */
export function planConvert(request: ConvertRequest): ConvertResult {
  try {
    checkReduction(request.options);
    return { ok: true, plan: planIn(openSource(request), request) };
  } catch (thrown) {
    if (thrown instanceof RefusalSignal) return { ok: false, reason: thrown.refusal };
    throw thrown;
  }
}

function planIn(source: OpenSource, request: ConvertRequest): ConvertPlan {
  const units = unitsOf(source, request);
  const reports = units.map(({ report }) => report);
  const candidates = units.flatMap(({ report, site }) => (site ? [{ report, site }] : []));
  if (candidates.length === 0) return refuseAll(reports);
  const written = writeSites(
    source,
    candidates.map(({ site }) => site),
    request,
  );
  const costed = candidates.flatMap(({ site }, index) => {
    const summary = written.summaries[index];
    return summary ? [{ site, summary }] : [];
  });
  const counter = new NetworkCounter(source, request.options);
  const inserted = costed.map(({ site, summary }) => counter.counted(site, summary));
  return {
    edits: written.edits,
    inserted,
    occupied: reports.filter(({ status }) => status === 'occupied'),
    declined: reports.filter(({ status }) => status === 'declined'),
    networks: counter.costs(costed),
    warnings: [...new Set(inserted.flatMap(({ warnings }) => warnings))],
  };
}

/** The residual units in the scope, at the variant's place. */
function unitsOf(source: OpenSource, { scope, variant }: ConvertRequest): FoundSite[] {
  const units = sitesOf(source, variant).filter(({ report }) => report.rank === 'best');
  if (scope.kind === 'file') return units;
  const owner = innermost(
    source.file.module.classes.map((node) => ({ node, ...source.file.lines(node) })),
    scope.offset,
  )?.node;
  if (!owner) refuse('no-site', 'Put the cursor in a class, or convert the whole file.');
  return units.filter(({ report }) => owner && owner.from <= report.offset && report.offset <= owner.to);
}

function refuseAll(reports: readonly SiteReport[]): never {
  if (reports.length > 0 && reports.every(({ status }) => status === 'occupied'))
    refuse('already-there', 'Every residual unit here has an SE block already. Nothing was changed.');
  const [first] = reports.filter(({ status }) => status === 'declined');
  if (first?.reason) refuse(first.reason.code, first.reason.message);
  return refuse(
    'no-site',
    'There are no residual units here. Put the cursor on a convolution and insert an SE block behind it instead.',
  );
}
