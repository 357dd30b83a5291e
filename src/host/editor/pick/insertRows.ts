/** The first level of the pick for one block: what it costs, what can be chosen, what the paper warns of. */
import type { ChannelCount, InsertSummary, NetworkCost } from '../../../core/editing/insertTypes';
import type { SeChoice } from '../verbs/seChoice';
import { optionEntries, paperEntry } from './optionRows';
import { counted, grouped, sentenceRows, type ItemRow, type Row } from './row';

/** What the rows need to know of the plan for a choice. */
export type PlannedBlock =
  | { readonly ok: true; readonly plan: { readonly summary: InsertSummary } }
  | { readonly ok: false; readonly reason: { readonly code: string; readonly message: string } };

export interface BlockVerb {
  /** On the row that does it: "Insert" or "Change". */
  readonly label: string;
  readonly icon: string;
  /** In place of the variant where the choice leaves it open and the block has a place already. */
  readonly keeps: boolean;
}

/** What a block that has a place already does unless told otherwise. */
export const KEPT_PLACE = 'where it is';

export const INSERT_VERB: BlockVerb = { label: 'Insert', icon: 'add', keeps: false };
export const CHANGE_VERB: BlockVerb = { label: 'Change', icon: 'edit', keeps: true };

export function blockRows(verb: BlockVerb, choice: SeChoice, planned: PlannedBlock): Row<SeChoice>[] {
  if (!planned.ok)
    return [
      ...(isAsItIs(verb, planned)
        ? sentenceRows<SeChoice>('info', 'This is the block as it is. Choose what to change.')
        : sentenceRows<SeChoice>('error', planned.reason.message)),
      ...optionEntries(choice, placeName(verb, choice, null)),
      ...paperEntry(choice),
    ];
  const { summary } = planned.plan;
  const { warnings, networks } = summary;
  return [
    applyRow(verb, summary),
    ...optionEntries(choice, placeName(verb, choice, summary)),
    ...paperEntry(choice),
    ...section('Networks of this file', networks.map(networkRow)),
    ...section(
      warnings.length === 1 ? 'Warning' : 'Warnings',
      warnings.flatMap((warning) => sentenceRows<SeChoice>('warning', warning)),
    ),
  ];
}

/** A change that would change nothing is no error. */
function isAsItIs(verb: BlockVerb, planned: PlannedBlock): boolean {
  return verb.keeps && !planned.ok && planned.reason.code === 'already-there';
}

function applyRow(verb: BlockVerb, summary: InsertSummary): ItemRow<SeChoice> {
  const { cost, where, channels, warnings, reduction } = summary;
  const remarks = [
    ...(warnings.length > 0 ? [counted(warnings.length, 'warning')] : []),
    ...(summary.definition === 'imported' ? [`${summary.className} is imported`] : []),
    ...(summary.definition === 'reused' ? [`${summary.className} is there already`] : []),
  ];
  return {
    kind: 'item',
    label: `$(${verb.icon}) ${verb.label} ${where}`,
    ...(remarks.length > 0 && { description: remarks.join(', ') }),
    detail: cost ?? `${channelsText(channels)}, r = ${reduction}`,
    action: { kind: 'apply' },
    current: true,
  };
}

function placeName(verb: BlockVerb, choice: SeChoice, summary: InsertSummary | null): string {
  if (choice.variant) return choice.variant;
  if (verb.keeps) return KEPT_PLACE;
  return summary ? (summary.variant ?? 'behind this layer') : 'the best one';
}

function networkRow({ entry, why, ...total }: NetworkCost): ItemRow<SeChoice> {
  return {
    kind: 'item',
    label: `$(layers) ${entry}`,
    description: totalOf(total),
    ...(why !== null && { detail: why }),
    action: { kind: 'none' },
  };
}

/** `16 blocks, +2,514,944 parameters`. */
export function totalOf({
  blocks,
  extraParameters,
  complete,
}: Pick<NetworkCost, 'blocks' | 'extraParameters' | 'complete'>): string {
  return `${counted(blocks, 'block')}, ${complete ? '' : 'at least '}+${grouped(extraParameters)} parameters`;
}

/** `256 channels`, or C as the source writes it. */
export function channelsText(channels: ChannelCount): string {
  switch (channels.kind) {
    case 'number':
      return counted(channels.value, 'channel');
    case 'expression':
      return `C = ${channels.text.replace(/\s+/g, ' ')}`;
    case 'inferred':
      return 'channels known when it is built';
  }
}

/** A heading over rows; nothing where there are none. */
export function section<Choice>(label: string, rows: readonly Row<Choice>[]): Row<Choice>[] {
  return rows.length === 0 ? [] : [{ kind: 'heading', label }, ...rows];
}
