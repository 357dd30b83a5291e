/** Insert, change and remove undo one another on every site of every sample, at every place of the paper. */
import { describe, expect, it } from 'vitest';
import { findSites } from '../../../src/core/editing/findSites';
import { SE_VARIANTS } from '../../../src/core/editing/insertTypes';
import { applyEdits, planInsert } from '../../../src/core/editing/planInsert';
import { planChange } from '../../../src/core/editing/planChange';
import { planRemove } from '../../../src/core/editing/planRemove';
import { languageOf, PAPER_OPTIONS, sample, SAMPLES } from './planHarness';

/** The class is put between lines as the style asks; how many blank lines were there before no one can tell. */
function withoutBlankLines(text: string): string {
  return text.replace(/^[ \t]*(\r?\n)/gm, '');
}

/** torchMessy.py is the sample of what must be declined. */
const WITH_SITES = SAMPLES.filter((name) => name !== 'torchMessy.py');

describe.each(WITH_SITES)('%s', (name) => {
  const text = sample(name);
  const language = languageOf(name);
  const { sites, problem } = findSites({ text, language });

  it('has sites', () => {
    expect(problem).toBeNull();
    expect(sites.filter(({ status }) => status === 'candidate').length).toBeGreaterThan(0);
  });

  it('what is found is what the insert command does at its offset', () => {
    for (const site of sites) {
      const planned = planInsert({ text, language, offset: site.offset, options: PAPER_OPTIONS });
      expect(planned.ok, `${site.owner.name}: ${site.where}`).toBe(site.status === 'candidate');
      if (planned.ok) {
        expect(planned.plan.summary).toMatchObject({
          where: site.where,
          place: site.place,
          channels: site.channels,
        });
      }
    }
  });

  it.each([undefined, ...SE_VARIANTS])('insert (%s), then remove, gives the file back', (variant) => {
    let tried = 0;
    for (const site of sites) {
      const planned = planInsert({
        text,
        language,
        offset: site.offset,
        options: PAPER_OPTIONS,
        ...(variant ? { variant } : {}),
      });
      if (!planned.ok) continue;
      const changed = applyEdits(text, planned.plan.edits);
      const uses = findSites({ text: changed, language }).uses;
      const fresh = uses.filter(({ className }) => className === planned.plan.summary.className);
      expect(fresh).toHaveLength(1);
      const removed = planRemove({ text: changed, language, offset: fresh[0]?.offset ?? 0 });
      if (!removed.ok) throw new Error(`${site.where}: ${removed.reason.message}\n${changed}`);
      expect(withoutBlankLines(applyEdits(changed, removed.plan.edits))).toBe(withoutBlankLines(text));
      expect(removed.plan.summary.classRemoved).toBe(planned.plan.summary.definition === 'inserted');
      tried += 1;
    }
    if (variant === undefined) expect(tried).toBeGreaterThan(0);
  });

  it('a change of place gives what an insert at that place would have given', () => {
    for (const site of sites.filter(({ rank, status }) => rank === 'best' && status === 'candidate')) {
      for (const from of SE_VARIANTS) {
        const before = planInsert({
          text,
          language,
          offset: site.offset,
          options: PAPER_OPTIONS,
          variant: from,
        });
        if (!before.ok) continue;
        const changed = applyEdits(text, before.plan.edits);
        const use = findSites({ text: changed, language }).uses.find(
          ({ className }) => className === before.plan.summary.className,
        );
        for (const to of SE_VARIANTS) {
          const direct = planInsert({
            text,
            language,
            offset: site.offset,
            options: { ...PAPER_OPTIONS, reduction: 8 },
            variant: to,
          });
          const moved = planChange({
            text: changed,
            language,
            offset: use?.offset ?? 0,
            options: { ...PAPER_OPTIONS, reduction: 8 },
            variant: to,
          });
          const what = `${site.where}: ${from} to ${to}`;
          if (!direct.ok) {
            expect(moved.ok, what).toBe(false);
            continue;
          }
          if (!moved.ok) throw new Error(`${what}: ${moved.reason.message}\n${changed}`);
          expect(withoutBlankLines(applyEdits(changed, moved.plan.edits)), what).toBe(
            withoutBlankLines(applyEdits(text, direct.plan.edits)),
          );
        }
      }
    }
  });
});
