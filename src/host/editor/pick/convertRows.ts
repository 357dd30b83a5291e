/** The first level of the pick for a whole network: what would change, stage by stage, and what would not and why. */
import type {
  ConvertPlan,
  InsertSummary,
  NetworkCost,
  SiteReport,
  StageCost,
} from '../../../core/editing/insertTypes';
import type { ConvertScopeName } from '../verbs/verbArguments';
import type { SeChoice } from '../verbs/seChoice';
import { channelsText, section, totalOf } from './insertRows';
import { optionEntries, paperEntry } from './optionRows';
import { counted, grouped, sentenceRows, type ItemRow, type Row } from './row';

/** What is chosen for a network: the block, and what gets it. */
export interface ConvertChoice extends SeChoice {
  readonly scope: ConvertScopeName;
}

export const SCOPE_LEVEL = 'scope';

export type PlannedNetwork =
  | { readonly ok: true; readonly plan: ConvertPlan }
  | { readonly ok: false; readonly reason: { readonly message: string } };

/** `className`: of the class at the cursor; null where there is none, and then the file is all there is to choose. */
export function convertRows(
  choice: ConvertChoice,
  planned: PlannedNetwork,
  className: string | null,
): Row<ConvertChoice>[] {
  const place = choice.variant ?? 'standard, or the unit’s own best';
  const entries: Row<ConvertChoice>[] = [
    ...scopeEntry(choice, className),
    ...[...optionEntries(choice, place), ...paperEntry(choice)].map((row) => inScope(row, choice.scope)),
  ];
  if (!planned.ok) return [...sentenceRows<ConvertChoice>('error', planned.reason.message), ...entries];
  const { plan } = planned;
  const { inserted, occupied, declined, networks, warnings } = plan;
  return [
    {
      kind: 'item',
      label: `$(check-all) Apply: ${counted(inserted.length, 'residual unit')} ${inserted.length === 1 ? 'gets' : 'get'} an SE block`,
      ...(warnings.length > 0 && { description: counted(warnings.length, 'warning') }),
      detail: totalText(plan),
      action: { kind: 'apply' },
      current: true,
    },
    ...entries,
    ...networks.flatMap((network) => section(networkHeading(network), stageRows<ConvertChoice>(network))),
    ...section('Get a block', inserted.map(insertedRow)),
    ...section(
      'Have one already',
      occupied.map((site) => siteRow(site, 'check', null)),
    ),
    ...section(
      'Left as they are',
      declined.map((site) => siteRow(site, 'circle-slash', site.reason?.message ?? null)),
    ),
    ...section(
      'Warnings',
      warnings.flatMap((warning) => sentenceRows<ConvertChoice>('warning', warning)),
    ),
  ];
}

/** An option row, whose choice then keeps the scope. */
export function inScope(row: ItemRow<SeChoice>, scope: ConvertScopeName): ItemRow<ConvertChoice>;
export function inScope(row: Row<SeChoice>, scope: ConvertScopeName): Row<ConvertChoice>;
export function inScope(row: Row<SeChoice>, scope: ConvertScopeName): Row<ConvertChoice> {
  if (row.kind === 'heading') return row;
  const { action, ...rest } = row;
  return {
    ...rest,
    action: action.kind === 'set' ? { kind: 'set', choice: { ...action.choice, scope } } : action,
  };
}

export function scopeRows(choice: ConvertChoice, className: string): Row<ConvertChoice>[] {
  const row = (scope: ConvertScopeName, label: string): Row<ConvertChoice> => ({
    kind: 'item',
    label: `$(${choice.scope === scope ? 'check' : 'blank'}) ${label}`,
    current: choice.scope === scope,
    action: { kind: 'set', choice: { ...choice, scope } },
  });
  return [row('class', `Class ${className}`), row('file', 'The whole file')];
}

function scopeEntry({ scope }: ConvertChoice, className: string | null): Row<ConvertChoice>[] {
  if (className === null) return [];
  const text = scope === 'class' ? `class ${className}` : 'the whole file';
  return [{ kind: 'item', label: `$(list-tree) In: ${text}…`, action: { kind: 'open', level: SCOPE_LEVEL } }];
}

/** What the plan adds: per network where the file builds any, else per unit. */
export function totalText({ networks, inserted }: ConvertPlan): string {
  if (networks.length > 0)
    return networks.map((network) => `${network.entry}: ${totalOf(network)}`).join('; ');
  const known = inserted.flatMap(({ extraParameters }) => extraParameters ?? []);
  if (inserted.length === 0 || known.length < inserted.length)
    return 'What it costs depends on the channels that the units are built with';
  return `+${grouped(known.reduce((total, one) => total + one, 0))} parameters, each unit counted once`;
}

function networkHeading(network: NetworkCost): string {
  return `${network.entry}: ${totalOf(network)}`;
}

export function stageRows<Choice>({ stages, why }: NetworkCost): Row<Choice>[] {
  const rows: Row<Choice>[] = stages.map((stage) => ({
    kind: 'item',
    label: `$(layers) ${stage.stage}`,
    description: stageText(stage),
    action: { kind: 'none' },
  }));
  return why === null ? rows : [...rows, ...sentenceRows<Choice>('info', why)];
}

export function stageText({ blocks, channels, extraParameters }: StageCost): string {
  return `${counted(blocks, 'block')} · ${channels.join(', ')} channels · +${grouped(extraParameters)}`;
}

function insertedRow({ where, channels, reduction, extraParameters }: InsertSummary): Row<ConvertChoice> {
  const cost = extraParameters === null ? '' : ` · +${grouped(extraParameters)}`;
  return {
    kind: 'item',
    label: `$(add) ${where}`,
    description: `${channelsText(channels)} · r = ${reduction}${cost}`,
    action: { kind: 'none' },
  };
}

function siteRow(site: SiteReport, icon: string, reason: string | null): Row<ConvertChoice> {
  return {
    kind: 'item',
    label: `$(${icon}) ${siteName(site)}`,
    ...(reason !== null && { detail: reason }),
    action: { kind: 'none' },
  };
}

/** What could not be done has no place, only an owner. */
export function siteName({ where, owner }: SiteReport): string {
  if (where !== '') return where;
  return owner.name === '' ? 'at the top level of the file' : owner.name;
}
