/** What stands above the lines about their gates, as plain data. */
import { factsOfBlocks, type BlockFacts } from './blockFacts';
import type { FoundGates, GateQuestion, GatesReading } from './gatesReading';
import { percent, span, standingOf, type Standing } from './gateWords';

export interface GateLensDraft {
  /** Of the text; the lens stands above its line. */
  readonly offset: number;
  readonly title: string;
  readonly tooltip: string;
  readonly verb:
    | { readonly do: 'show'; readonly source: string }
    | { readonly do: 'choose' }
    | { readonly do: 'answer'; readonly family: string; readonly network: string | null };
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  open: 'nearly all open',
  shut: 'mostly shut',
  alike: 'all alike',
};

/** @param lineOf the line of an offset: blocks of one line share a lens */
export function gateLensDrafts(
  { found, question, lost }: GatesReading,
  lineOf: (offset: number) => number,
): GateLensDraft[] {
  if (lost !== undefined)
    return [
      {
        offset: 0,
        title: `$(warning)\u00a0${lost} Choose others…`,
        tooltip: 'Choose which gates this file shows, or let the newest that fit be shown',
        verb: { do: 'choose' },
      },
    ];
  if (found) return foundDrafts(found, lineOf);
  return question ? questionDrafts(question) : [];
}

function foundDrafts(
  { source, trace, sites, stale }: FoundGates,
  lineOf: (offset: number) => number,
): GateLensDraft[] {
  const lines = new Map<number, { offset: number; blocks: string[] }>();
  for (const { span: place, blocks } of sites) {
    const line = lineOf(place.from);
    const known = lines.get(line) ?? { offset: place.from, blocks: [] };
    known.blocks.push(...blocks);
    lines.set(line, known);
  }
  const from = `${source.label}, ${source.detail}`;
  const entries = [...lines].sort(([one], [other]) => one - other).map(([, entry]) => entry);
  return entries.flatMap(({ offset, blocks }, index): GateLensDraft[] => {
    const facts = factsOfBlocks(trace, blocks);
    if (facts.length === 0) return [];
    const lens: GateLensDraft = {
      offset,
      title: `${stale === undefined ? '' : '$(history)\u00a0outdated · '}${factsText(facts)}`,
      tooltip:
        stale === undefined ? `Gates of ${from}. Show them in the panel.` : `${stale} Gates of ${from}.`,
      verb: { do: 'show', source: source.id },
    };
    if (index > 0) return [lens];
    const origin: GateLensDraft = {
      offset,
      title: stale === undefined ? `from ${source.label}` : `$(warning)\u00a0${stale}`,
      tooltip: `Gates of ${from}. Choose others for this file.`,
      verb: { do: 'choose' },
    };
    return [lens, origin];
  });
}

function factsText(facts: readonly BlockFacts[]): string {
  const summaries = facts.map(({ summary }) => summary);
  const least = Math.min(...facts.map(saturationOf));
  const most = Math.max(...facts.map(saturationOf));
  const saturated =
    percent(least) === percent(most) ? percent(most) : `${percent(least)} to ${percent(most)}`;
  const [only] = facts;
  const numbers = [
    facts.length === 1 && only ? `Gates of ${only.block.block}` : `Gates of ${facts.length} SE blocks`,
    `mean ${span(
      summaries.map(({ mean }) => mean),
      2,
    )}`,
    `class spread ${span(
      summaries.map(({ classSpread }) => classSpread),
      3,
    )}`,
    `saturated ${saturated}`,
  ];
  return numbers.join(' · ') + standingTexts(facts).join('');
}

function saturationOf({ block }: BlockFacts): number {
  return block.saturatedLow + block.saturatedHigh;
}

function standingTexts(facts: readonly BlockFacts[]): string[] {
  return (['open', 'shut', 'alike'] as const).flatMap((standing) => {
    const those = facts.filter((one) => standingOf(one) === standing);
    const [only] = those;
    if (!only) return [];
    const who =
      those.length === facts.length ? '' : those.length === 1 ? `${only.block.block} ` : `${those.length} `;
    // VS Code drops plain spaces beside an icon.
    return [`\u00a0·\u00a0$(warning)\u00a0${who}${STANDINGS[standing]}`];
  });
}

function questionDrafts({ source, family, places }: GateQuestion): GateLensDraft[] {
  const tooltip =
    `${source.label} (${source.detail}) has gates of as many SE blocks, with the same channels in the same stages. ` +
    `Your answer is remembered.`;
  const ask = ({ network, offset }: GateQuestion['places'][number]): GateLensDraft[] => [
    {
      offset,
      title: `$(question)\u00a0Gates of ${source.label} fit ${network}: Show`,
      tooltip,
      verb: { do: 'answer', family, network },
    },
    {
      offset,
      title: 'Not here',
      tooltip: `Do not show them, and do not ask again. ${tooltip}`,
      verb: { do: 'answer', family, network: null },
    },
  ];
  return places.flatMap(ask);
}
