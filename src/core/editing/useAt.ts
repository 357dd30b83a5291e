/** The SE block that a cursor means. */
import type { FoundUse } from './findUses';
import { findUses } from './findUses';
import { refuse } from './insertTypes';
import type { OpenSource } from './sites/site';
import { innermost, spanHolds } from './syntax/ast';

/** The block on whose construction or call the cursor is, else the only one of the class around it. Refuses where there is none. */
export function useAt(source: OpenSource, offset: number): FoundUse {
  const uses = findUses(source);
  const { file } = source;
  const lines = uses.flatMap((one) =>
    [one.construction.statement, ...one.calls.map(({ statement }) => statement)].map((statement) => ({
      one,
      ...file.lines(statement),
    })),
  );
  const exact = uses.find(({ construction }) => spanHolds(construction.expr, offset));
  const found = exact ?? innermost(lines, offset)?.one;
  if (found) return found;
  const owner = innermost(
    file.module.classes.map((node) => ({ node, ...file.lines(node) })),
    offset,
  )?.node;
  const ofClass = uses.filter(({ construction }) => owner && construction.owner === owner);
  const [only] = ofClass;
  if (only && ofClass.length === 1) return only;
  if (uses.length === 0) refuse('no-site', 'This file has no SE block.');
  if (ofClass.length > 1)
    refuse(
      'ambiguous-site',
      'There are several SE blocks here. Put the cursor on the line of the one you mean.',
    );
  return refuse(
    'no-site',
    'There is no SE block at the cursor. Put the cursor on the line that makes or calls it.',
  );
}
