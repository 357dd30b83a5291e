/**
 * The insert command on source files of popular shapes: right site and right channels in at least 95% of the blocks, by the
 * cursor and by the list of sites, and never broken code. PyTorch executes what comes out.
 */
import { parser as javascript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';
import { describe, expect, it } from 'vitest';
import { findSites } from '../../../src/core/editing/findSites';
import { applyEdits } from '../../../src/core/editing/planInsert';
import type { SampleSource } from '../../support/samples/expectedSites';
import { SAMPLE_SOURCES } from '../../support/samples/expectedSites';
import { torchVersion } from '../../support/pytorch/torchPython';
import { askAt, askOffset, missOf, ownerSpan, sourceText, tryInserted, variantsOf } from './corpusHarness';
import { languageOf, PYTHON, PYTHON_NOTE, pythonErrors } from './planHarness';

const torch = torchVersion();

/** The syntax errors Lezer finds, counted without the code under test. */
function syntaxErrors(file: string, text: string): number {
  const dialect = file.endsWith('.ts') ? 'ts' : 'jsx';
  const parser = languageOf(file) === 'python' ? python : javascript.configure({ dialect });
  let count = 0;
  parser.parse(text).iterate({ enter: (node) => void (count += node.type.isError ? 1 : 0) });
  return count;
}

/** Every expected site with what is wrong about it, as a table; the share of the right ones. */
function score(
  missOfSite: (source: SampleSource, text: string) => (site: SampleSource['sites'][number]) => string | null,
): { share: number; table: string } {
  const misses: string[] = [];
  let expected = 0;
  for (const source of SAMPLE_SOURCES) {
    const judge = missOfSite(source, sourceText(source.file));
    for (const site of source.sites) {
      expected += 1;
      const miss = judge(site);
      if (miss) misses.push([source.file, site.owner, site.at, miss].join(' | '));
    }
  }
  expect(expected).toBeGreaterThan(60);
  return {
    share: 1 - misses.length / expected,
    table: `${misses.length} of ${expected} missed:\n${misses.join('\n')}`,
  };
}

describe('source files of popular shapes', () => {
  it('by the cursor: at least 95% of the blocks at the right site with the right channels', () => {
    const { share, table } = score(
      ({ file }, text) =>
        (site) =>
          missOf(text, site, askAt(file, text, site)),
    );
    expect(share, table).toBeGreaterThanOrEqual(0.95);
  });

  it('by the list of sites: at least 95% of the blocks are found', () => {
    const { share, table } = score(({ file }, text) => {
      const { sites } = findSites({ text, language: languageOf(file) });
      return (site) => {
        const { from, to } = ownerSpan(text, site.owner);
        const here = sites.filter(({ offset }) => from <= offset && offset < to);
        const misses = here.map(({ offset }) => missOf(text, site, askOffset(file, text, offset)));
        return misses.includes(null) ? null : `${here.length} sites in the owner: ${misses.join('; ')}`;
      };
    });
    expect(share, table).toBeGreaterThanOrEqual(0.95);
  });

  it('lists no residual unit where a person would see none', () => {
    const wrong: string[] = [];
    for (const { file, sites } of SAMPLE_SOURCES) {
      const text = sourceText(file);
      for (const found of findSites({ text, language: languageOf(file) }).sites) {
        if (found.rank !== 'best' || found.status !== 'candidate') continue;
        const answer = askOffset(file, text, found.offset);
        if (!sites.some((site) => missOf(text, site, answer) === null))
          wrong.push(`${file} | ${found.where}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(SAMPLE_SOURCES.filter(({ occupied }) => occupied))(
    'sees the blocks that $file has',
    ({ file, occupied }) => {
      const text = sourceText(file);
      for (const position of occupied ?? []) {
        const answer = askAt(file, text, position);
        const got = answer.ok ? answer.plan.summary.where : answer.reason.code;
        expect(got, `${position.owner}: ${position.at}`).toBe('already-there');
      }
    },
  );

  it.each(SAMPLE_SOURCES.filter(({ declined }) => declined))(
    'declines with a reason where nobody could know, in $file',
    ({ file, declined }) => {
      const text = sourceText(file);
      for (const { owner, at, why } of declined ?? []) {
        const answer = askAt(file, text, { owner, at });
        expect(answer.ok ? answer.plan.summary.where : null, `${owner}: ${at} (${why})`).toBeNull();
        if (!answer.ok) expect(answer.reason.message).toMatch(/[.!]$/);
      }
    },
  );

  it.each(SAMPLE_SOURCES)(`never breaks $file, whatever the line${PYTHON_NOTE}`, ({ file }) => {
    const text = sourceText(file);
    // Lezer's Python has no numbers such as `0.`, so that a few files begin with errors.
    const before = syntaxErrors(file, text);
    const tried = new Set<string>();
    for (const { index } of text.matchAll(/^(?=.)/gm)) {
      const answer = askOffset(file, text, index);
      if (!answer.ok) {
        expect(answer.reason.message.length).toBeGreaterThan(20);
        continue;
      }
      const result = applyEdits(text, answer.plan.edits);
      if (tried.has(result)) continue;
      tried.add(result);
      expect(syntaxErrors(file, result), answer.plan.summary.where).toBeLessThanOrEqual(before);
    }
    expect(tried.size).toBeGreaterThan(0);
    if (PYTHON && languageOf(file) === 'python')
      expect(pythonErrors([text, ...tried]).filter((error) => error !== null)).toEqual([]);
  });

  it.skipIf(!torch)(
    `runs in PyTorch with each block and with all, and with gates open as before${torch ? '' : ' (SKIPPED: no PyTorch)'}`,
    () => {
      const files = SAMPLE_SOURCES.filter(({ networks }) => networks).map((source) => {
        const text = sourceText(source.file);
        return {
          file: source.file,
          source: text,
          networks: source.networks,
          variants: variantsOf(source, text),
        };
      });
      const complaints = Object.entries(tryInserted(files))
        .filter(([, list]) => list.length > 0)
        .map(([id, list]) => `${id}\n    ${list.join('\n    ')}`);
      expect(complaints.join('\n')).toBe('');
    },
    300_000,
  );
});
