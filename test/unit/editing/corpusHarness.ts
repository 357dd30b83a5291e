/** Scores the insert command against the hand-written expectations of test/support/samples/expectedSites.ts. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { planConvert } from '../../../src/core/editing/planConvert';
import type { EditPlan, InsertResult } from '../../../src/core/editing/planInsert';
import type { NetworkCost } from '../../../src/core/editing/insertTypes';
import { applyEdits, planInsert } from '../../../src/core/editing/planInsert';
import { PYTHON } from '../../support/pytorch/torchPython';
import type { ExpectedSite, Position, SampleSource } from '../../support/samples/expectedSites';
import { languageOf, PAPER_OPTIONS } from './planHarness';

export function sourceText(file: string): string {
  return readFileSync(new URL(`../../support/samples/sources/${file}`, import.meta.url), 'utf8');
}

/** The text of the class or function at the top level that a dotted owner begins with. */
export function ownerSpan(text: string, owner: string): { from: number; to: number } {
  const [name = ''] = owner.split('.');
  const header = new RegExp(`^(export )?(class|def|function|const) ${name}\\b`, 'm').exec(text);
  if (!header) throw new Error(`No ${name} in the source`);
  const next = /^(export |class |def |function |const |if __name__)/m.exec(text.slice(header.index + 1));
  return { from: header.index, to: next ? header.index + 1 + next.index : text.length };
}

/** Offset of the first `needle` in the owner: in its method where it has one, else anywhere in its class. */
function find(text: string, owner: string, needle: string): number {
  const span = ownerSpan(text, owner);
  const [, method] = owner.split('.');
  const wanted = text.includes('\r\n') ? needle.replace(/\n/g, '\r\n') : needle;
  const start = method ? text.indexOf(`${method}(`, span.from) : span.from;
  for (const from of [start, span.from]) {
    const found = text.indexOf(wanted, from);
    if (found >= 0 && found < span.to) return found;
  }
  throw new Error(`No "${needle}" in ${owner}`);
}

export function askAt(file: string, text: string, { owner, at }: Position): InsertResult {
  return askOffset(file, text, find(text, owner, at));
}

export function askOffset(file: string, text: string, offset: number): InsertResult {
  return planInsert({ text, language: languageOf(file), offset, options: PAPER_OPTIONS });
}

/** The edits that call the block: not its class, its import or its construction. */
function callEdits({ edits, summary }: EditPlan): EditPlan['edits'] {
  const construction = new RegExp(`^\\s*(self|this)\\.\\w+ = (new )?${summary.className}\\(`);
  return edits.filter(
    ({ newText }) =>
      !newText.includes(`class ${summary.className}`) &&
      !construction.test(newText) &&
      !/^\s*(import|from) /.test(newText),
  );
}

const bare = (code: string): string => code.replace(/\s+/g, '');

/** What is wrong with the answer for an expected site; null where nothing is. */
export function missOf(text: string, site: ExpectedSite, answer: InsertResult): string | null {
  if (!answer.ok) return `declined, ${answer.reason.code}: ${answer.reason.message}`;
  const { place, where, channels } = answer.plan.summary;
  if (!site.places.includes(place)) return `${place} (${where}), not ${site.places.join(' or ')}`;
  const count =
    channels.kind === 'number'
      ? String(channels.value)
      : channels.kind === 'expression'
        ? channels.text
        : 'inferred';
  if (!site.channels.some((expected) => bare(expected) === bare(count)))
    return `channels ${count}, not ${site.channels.join(' or ')}`;
  const calls = callEdits(answer.plan);
  if (calls.length === 0) return 'makes a block and does not call it';
  const [first, last] = site.lands;
  const from = text.lastIndexOf('\n', find(text, site.owner, first) - 1) + 1;
  const end = find(text, site.owner, last) + last.length;
  const to = end + text.slice(end).search(/\r?\n|$/);
  return calls.every(({ offset }) => from <= offset && offset <= to) ? null : `called elsewhere: ${where}`;
}

export interface Variant {
  readonly id: string;
  readonly source: string;
  /** How many blocks each instance of a class must have. */
  readonly blocks: Readonly<Record<string, number>>;
  /** The parameters that the plan says each network of the file gains, by the network's entry. */
  readonly announced: Readonly<Record<string, number>>;
}

/** What can be announced exactly; `resnet18` and `resnet18()` are one entry. */
function announcedBy(networks: readonly NetworkCost[]): Record<string, number> {
  return Object.fromEntries(
    networks.flatMap(({ entry, complete, extraParameters }) =>
      complete ? [[entry.replace(/\(\)$/, ''), extraParameters]] : [],
    ),
  );
}

/** The file with the block of each expected site that is planned, one at a time, and with all residual units at once. */
export function variantsOf({ file, sites }: SampleSource, text: string): Variant[] {
  const variants: Variant[] = [];
  const together: Record<string, number> = {};
  for (const site of sites) {
    const answer = askAt(file, text, site);
    if (!answer.ok) continue;
    const [owner = '', method] = site.owner.split('.');
    const isModule = method === 'forward';
    variants.push({
      id: `${file} | ${site.owner} | ${site.at}`,
      source: applyEdits(text, answer.plan.edits),
      blocks: isModule ? { [owner]: 1 } : {},
      announced: announcedBy(answer.plan.summary.networks),
    });
    const isUnit = site.places.includes('residual-end') || site.places.includes('after-depthwise');
    if (isModule && isUnit) together[owner] = (together[owner] ?? 0) + 1;
  }
  const all = planConvert({
    text,
    language: languageOf(file),
    options: PAPER_OPTIONS,
    scope: { kind: 'file' },
  });
  if (all.ok)
    variants.push({
      id: `${file} | converted`,
      source: applyEdits(text, all.plan.edits),
      blocks: together,
      announced: announcedBy(all.plan.networks),
    });
  return variants;
}

interface TriedFile {
  readonly file: string;
  readonly source: string;
  readonly networks: SampleSource['networks'];
  readonly variants: readonly Variant[];
}

/** Complaints of PyTorch by variant and by file (see tryInserted.py). */
export function tryInserted(files: readonly TriedFile[]): Record<string, string[]> {
  const script = fileURLToPath(new URL('../../support/samples/tryInserted.py', import.meta.url));
  const asked = files.map((file) => ({
    ...file,
    networks: (file.networks ?? []).map(({ entry, size }) => ({ entry, input: [2, 3, size, size] })),
  }));
  const run = spawnSync(PYTHON, [script], {
    input: JSON.stringify({ files: asked }),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (run.status !== 0) throw new Error(`tryInserted.py failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as Record<string, string[]>;
}
