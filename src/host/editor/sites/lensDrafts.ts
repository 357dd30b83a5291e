/** What stands above a class, a function or a block about SE, as plain data: offsets move with what is typed until the file is analysed again. */
import type {
  ChannelCount,
  SeUse,
  SiteOwner,
  SiteReport,
  SitesReport,
} from '../../../core/editing/insertTypes';
import { channelsText } from '../pick/insertRows';
import { shiftedOffset, type TextChange } from './offsetShift';

export interface LensDraft {
  /** Name of the class or function that it is about, and where that starts. */
  readonly owner: string;
  readonly declaration: number;
  /** What it stands above: the class or function, or one of several blocks in it. */
  readonly anchor: number;
  /** The site or block that it acts on. */
  readonly target: number;
  readonly title: string;
  readonly tooltip: string;
  readonly verb: 'insert' | 'insertAll' | 'change' | 'remove';
}

type Declaration = NonNullable<SiteOwner['declaration']>;

/** Lenses of the classes and functions with a best place for a block, or with a block. */
export function lensDrafts({ sites, uses }: SitesReport): LensDraft[] {
  const owners = new Map<number, { declaration: Declaration; sites: SiteReport[]; uses: SeUse[] }>();
  const entry = ({ declaration }: SiteOwner) => {
    if (!declaration) return null;
    const known = owners.get(declaration.from) ?? { declaration, sites: [], uses: [] };
    owners.set(declaration.from, known);
    return known;
  };
  for (const site of sites)
    if (site.rank === 'best' && site.status === 'candidate') entry(site.owner)?.sites.push(site);
  for (const use of uses) entry(use.owner)?.uses.push(use);
  return [...owners.values()]
    .sort((one, other) => one.declaration.from - other.declaration.from)
    .flatMap(({ declaration, ...found }) => [
      ...found.uses.flatMap((use) => useDrafts(declaration, use, found.uses.length > 1)),
      ...siteDrafts(declaration, found.sites),
    ]);
}

function useDrafts(declaration: Declaration, use: SeUse, several: boolean): LensDraft[] {
  // Several blocks in one class: each has its lens where it is made, or a row of them would leave the screen.
  const anchor = several ? use.construction.from : declaration.from;
  const base = { owner: declaration.name, declaration: declaration.from, anchor, target: use.offset };
  return [
    {
      ...base,
      title: `SE: ${use.options ? `r = ${use.options.reduction}` : use.className}`,
      tooltip: 'Reduction, squeeze, gate, biases and place of this SE block',
      verb: 'change',
    },
    { ...base, title: 'Change…', tooltip: 'Other options for this SE block, with a preview', verb: 'change' },
    { ...base, title: 'Remove…', tooltip: 'Take this SE block out, with a preview', verb: 'remove' },
  ];
}

function siteDrafts(declaration: Declaration, sites: readonly SiteReport[]): LensDraft[] {
  const [first] = sites;
  if (!first) return [];
  const { name: owner, from } = declaration;
  const base = { owner, declaration: from, anchor: from, target: first.offset };
  const single = sites.length === 1;
  return [
    {
      ...base,
      title: single ? `Add SE block${inBrackets(first.channels)}` : `Add ${sites.length} SE blocks…`,
      tooltip: single
        ? `Squeeze-and-Excitation ${first.where}, with a preview`
        : `Squeeze-and-Excitation in every residual unit of ${declaration.name}, with a preview`,
      verb: single ? 'insert' : 'insertAll',
    },
  ];
}

function inBrackets(channels: ChannelCount | null): string {
  return !channels || channels.kind === 'inferred' ? '…' : ` (${channelsText(channels)})…`;
}

/** The drafts after an edit; those whose class or place was deleted are gone. */
export function shiftedDrafts(drafts: readonly LensDraft[], changes: readonly TextChange[]): LensDraft[] {
  return drafts.flatMap((draft) => {
    const declaration = shiftedOffset(draft.declaration, changes);
    const anchor = shiftedOffset(draft.anchor, changes);
    const target = shiftedOffset(draft.target, changes);
    const gone = declaration === null || anchor === null || target === null;
    return gone ? [] : [{ ...draft, declaration, anchor, target }];
  });
}

/**
 * The lenses of a new report. In a file that does not parse just now, because a statement is half typed, classes that cannot be read keep the
 * lenses they had: a lens that comes and goes would make the text jump.
 */
export function renewedDrafts(
  before: readonly LensDraft[],
  report: SitesReport,
  text: string,
  broken: boolean,
): LensDraft[] {
  const now = lensDrafts(report);
  if (!broken) return now;
  const found = new Set(now.map(({ owner }) => owner));
  const kept = before.filter((draft) => !found.has(draft.owner) && isStillDeclared(text, draft));
  return [...now, ...kept].sort((one, other) => one.anchor - other.anchor);
}

/** Beyond decorators, modifiers and blanks a declaration says its name soon. */
const HEADER_UNITS = 300;

function isStillDeclared(text: string, { declaration, owner }: LensDraft): boolean {
  const header = text.slice(declaration, declaration + HEADER_UNITS);
  const names = [...header.matchAll(/\b(?:class|def|function|const|let|var)\s+([\w$]+)/g)];
  return names.some(([, name]) => name === owner);
}
