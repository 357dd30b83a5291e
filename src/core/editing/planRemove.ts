/** Takes an SE block out again: the door of "Remove SE Block". */
import { applyEdits } from './editWriter';
import type { RemovePlan, RemoveRequest, RemoveResult } from './insertTypes';
import { RefusalSignal } from './insertTypes';
import { openSource } from './openSource';
import { checkOffset } from './planInsert';
import { removalOf } from './removal';
import type { OpenSource } from './sites/site';
import { useAt } from './useAt';
import { refuseIfBroken } from './writeSites';

/** Total: anything it cannot do safely is a reason. */
export function planRemove(request: RemoveRequest): RemoveResult {
  try {
    checkOffset(request);
    return { ok: true, plan: planIn(openSource(request), request.offset) };
  } catch (thrown) {
    if (thrown instanceof RefusalSignal) return { ok: false, reason: thrown.refusal };
    throw thrown;
  }
}

function planIn(source: OpenSource, offset: number): RemovePlan {
  const { file } = source;
  const use = useAt(source, offset);
  const { report, own } = use;
  const { edits, classRemoved } = removalOf(source, use);
  refuseIfBroken(source, applyEdits(file.text, edits));
  const where = report.owner.name === '' ? 'from the file' : `from ${report.owner.name}`;
  const warnings =
    use.calls.length === 0 && use.construction.fate.kind === 'attribute' ? ['Nothing called it.'] : [];
  if (!own) warnings.push(`\`${report.className}\` itself is not ours and stays.`);
  return { edits, summary: { className: report.className, where, classRemoved, warnings } };
}
