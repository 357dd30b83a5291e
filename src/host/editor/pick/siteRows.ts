/** Rows that list the places of a file: where a block can go, and the blocks that are there. */
import type { SeUse, SiteReport, SitesReport } from '../../../core/editing/insertTypes';
import type { Span } from '../../../core/editing/syntax/ast';
import { channelsText } from './insertRows';
import { sentenceRows } from './row';

/** A place to show while its row is looked at; `value` is null where it cannot be chosen. */
export interface PlaceRow<Value> {
  readonly kind: 'place';
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
  /** Null where the row is only to be read. */
  readonly span: Span | null;
  readonly value: Value | null;
}

export type PlaceOrHeading<Value> = PlaceRow<Value> | { readonly kind: 'heading'; readonly label: string };

/** A candidate, or a block that is there and can be changed instead. */
export type ChosenSite =
  { readonly kind: 'insert'; readonly offset: number } | { readonly kind: 'change'; readonly offset: number };

/** The sites of a file: the paper's places first, then behind other convolutions, then what has a block and what cannot have one. */
export function siteRows(report: SitesReport, text: string): PlaceOrHeading<ChosenSite>[] {
  const candidates = report.sites.filter(({ status }) => status === 'candidate');
  const candidate = (site: SiteReport): PlaceRow<ChosenSite> => ({
    ...described(site, text, 'add'),
    value: { kind: 'insert', offset: site.offset },
  });
  return [
    ...group('Best places', candidates.filter(({ rank }) => rank === 'best').map(candidate)),
    ...group('Possible places', candidates.filter(({ rank }) => rank === 'possible').map(candidate)),
    ...group(
      'Have a block already: change it',
      report.uses.map((use) => ({
        ...useRow(use, text, 'edit'),
        value: { kind: 'change' as const, offset: use.offset },
      })),
    ),
    ...group(
      'Cannot have one',
      report.sites
        .filter(({ status }) => status === 'declined')
        .map((site) => ({
          ...described(site, text, 'circle-slash'),
          detail: site.reason?.message ?? site.where,
          value: null,
        })),
    ),
  ];
}

/** The SE blocks of a file. */
export function useRows(report: SitesReport, text: string): PlaceRow<number>[] {
  return report.uses.map((use) => ({ ...useRow(use, text, 'symbol-class'), value: use.offset }));
}

function described(site: SiteReport, text: string, icon: string): Omit<PlaceRow<ChosenSite>, 'value'> {
  const channels = site.channels ? ` · ${channelsText(site.channels)}` : '';
  return {
    kind: 'place',
    label: `$(${icon}) ${ownerName(site.owner.name)}`,
    description: `line ${lineAt(text, site.statement.from)}${channels}`,
    detail: site.where,
    span: site.statement,
  };
}

function useRow(use: SeUse, text: string, icon: string): Omit<PlaceRow<number>, 'value'> {
  const options = use.options ? ` · r = ${use.options.reduction}` : '';
  return {
    kind: 'place',
    label: `$(${icon}) ${ownerName(use.owner.name)}`,
    description: `line ${lineAt(text, use.construction.from)}${options}`,
    detail: text.slice(use.construction.from, use.construction.to).replace(/\s+/g, ' '),
    span: use.construction,
  };
}

function ownerName(name: string): string {
  return name === '' ? 'top level of the file' : name;
}

/** Number of the line, from 1, that the offset is in. */
export function lineAt(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|\r|\n/g)?.length ?? 0) + 1;
}

function group<Value>(label: string, rows: readonly PlaceRow<Value>[]): PlaceOrHeading<Value>[] {
  return rows.length === 0 ? [] : [{ kind: 'heading', label }, ...rows];
}

/** A sentence to read above the places. */
export function noteRows<Value>(sentence: string): PlaceRow<Value>[] {
  return sentenceRows('info', sentence).map(({ label, detail }) => ({
    kind: 'place',
    label,
    description: '',
    ...(detail !== undefined && { detail }),
    span: null,
    value: null,
  }));
}
