/** The refactorings of a line, as plain data. */
import type { SiteReport, SitesReport } from '../../../core/editing/insertTypes';
import type { Span } from '../../../core/editing/syntax/ast';
import { channelsText } from '../pick/insertRows';

export interface ActionDraft {
  readonly title: string;
  readonly verb: 'insert' | 'change' | 'remove' | 'convert';
  readonly offset: number;
  /** Whether the verb asks, with a preview, or acts at once. */
  readonly asks: boolean;
}

/** What can be done on a line: with a site on it, a block made or called on it, or a class with residual units that begins on it. */
export function actionDrafts({ sites, uses }: SitesReport, line: Span): ActionDraft[] {
  const touches = ({ from, to }: Span) => from <= line.to && line.from <= to;
  const begins = ({ from }: Span) => line.from <= from && from <= line.to;
  const candidates = sites.filter(({ status }) => status === 'candidate');
  const classes = new Map<number, { name: string; site: SiteReport }>();
  for (const site of candidates) {
    const { declaration } = site.owner;
    if (site.rank === 'best' && declaration?.kind === 'class' && begins(declaration))
      classes.set(declaration.from, { name: declaration.name, site });
  }
  return [
    ...candidates.filter(({ statement }) => touches(statement)).flatMap(insertDrafts),
    ...uses
      .filter(({ construction, calls }) => [construction, ...calls].some(touches))
      .flatMap(({ offset, className }): ActionDraft[] => [
        { title: `Change SE block (${className})…`, verb: 'change', offset, asks: true },
        { title: `Remove SE block (${className})…`, verb: 'remove', offset, asks: true },
      ]),
    ...[...classes.values()].map(({ name, site }): ActionDraft => ({
      title: `Add SE to every residual unit of ${name}…`,
      verb: 'convert',
      offset: site.offset,
      asks: true,
    })),
  ];
}

function insertDrafts({ offset, channels }: SiteReport): ActionDraft[] {
  const known = channels && channels.kind !== 'inferred' ? `${channelsText(channels)}, ` : '';
  return [
    { title: `Insert SE block (${known}r = 16)`, verb: 'insert', offset, asks: false },
    { title: 'Insert SE block with other options…', verb: 'insert', offset, asks: true },
  ];
}
