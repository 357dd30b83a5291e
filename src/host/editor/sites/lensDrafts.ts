/** What stands above a class or function about SE, as plain data: offsets move with what is typed until the file is analysed again. */
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
  /** Name of the class or function that it stands above. */
  readonly owner: string;
  /** Start of the class or function. */
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
  const base = { owner: declaration.name, anchor: declaration.from, target: use.offset };
  const settings = use.options ? `r = ${use.options.reduction}` : use.className;
  // Several blocks in one class: which one is meant shows by what it is called with.
  const name = several ? `SE in ${use.owner.name}: ${settings}` : `SE: ${settings}`;
  return [
    {
      ...base,
      title: name,
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
  const base = { owner: declaration.name, anchor: declaration.from, target: first.offset };
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
    const anchor = shiftedOffset(draft.anchor, changes);
    const target = shiftedOffset(draft.target, changes);
    return anchor === null || target === null ? [] : [{ ...draft, anchor, target }];
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

function isStillDeclared(text: string, { anchor, owner }: LensDraft): boolean {
  const header = text.slice(anchor, anchor + HEADER_UNITS);
  const names = [...header.matchAll(/\b(?:class|def|function|const|let|var)\s+([\w$]+)/g)];
  return names.some(([, name]) => name === owner);
}
