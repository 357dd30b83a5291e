/** Which of the paper's places a block of the file has: the site whose edit would land where the block's call is. */
import { applyEdits } from './editWriter';
import { offsetAfter } from './composeEdits';
import { sitesOf } from './findSites';
import type { SeVariant } from './insertTypes';
import { SE_VARIANTS } from './insertTypes';
import type { Removal } from './removal';
import type { OpenSource, Site } from './sites/site';
import { openSource } from './openSource';

export interface UsePlace {
  /** The file without the block. */
  readonly bare: OpenSource;
  /** The site that the block had; its variant is null outside residual units. */
  readonly site: Site;
  /** The cursor that means the site's unit in the bare file. */
  readonly offset: number;
}

/** Null where the block stands at none of the places that the insert command knows. */
export function placeOfUse(source: OpenSource, removal: Removal): UsePlace | null {
  const { file, framework } = source;
  const text = applyEdits(file.text, removal.edits);
  const bare = openSource({ text, language: file.language, framework });
  const callAt = offsetAfter(removal.edits, removal.callAt);
  const callTo = removal.callTo === null ? null : offsetAfter(removal.edits, removal.callTo);
  const variants: readonly (SeVariant | undefined)[] = [undefined, ...SE_VARIANTS];
  for (const variant of variants) {
    for (const { report, site } of sitesOf(bare, variant)) {
      if (!site || landsAt(site, bare) !== callAt) continue;
      const { insertion } = site;
      // `se(x) + f(x)` and `se(x + f(x))` begin alike.
      if (insertion.form === 'wrap' && insertion.spans[0]?.to !== callTo) continue;
      if (insertion.form !== 'line' || insertion.variable === removal.variable)
        return { bare, site, offset: report.offset };
    }
  }
  return null;
}

/** Where the call would be written. */
function landsAt({ insertion }: Site, { file }: OpenSource): number {
  switch (insertion.form) {
    case 'line':
      return insertion.where === 'before'
        ? file.lineStart(insertion.statement.from)
        : file.nextLine(insertion.statement.to);
    case 'method-call':
      return file.nextLine(insertion.statement.to);
    case 'wrap':
      return insertion.spans[0]?.from ?? -1;
    case 'item': {
      const item = insertion.items[insertion.index];
      const end = item ? (item.comma ?? item.to) : 0;
      return item && file.startsLine(item.from) && file.endsLine(end) ? file.nextLine(end) : (item?.to ?? -1);
    }
  }
}
