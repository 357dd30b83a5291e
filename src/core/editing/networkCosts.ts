/** What the networks that a file builds gain by SE blocks at some of its sites, stage by stage: the file is run dry. */
import { extraParameters, hiddenUnits, MIN_HIDDEN_UNITS } from '../codegen/seOptions';
import type { SeOptions } from '../codegen/seOptions';
import type { BlockInstance, NetworkReport } from './dryRun/readNetworks';
import { evaluateIn, instancesOf, readNetworks } from './dryRun/readNetworks';
import type { InsertSummary, NetworkCost, StageCost } from './insertTypes';
import type { OpenSource, Site } from './sites/site';
import { innermost } from './syntax/ast';
import { openWidthWarning } from './writeSites';

/** A site and what is said of its block. */
export interface CostedSite {
  readonly site: Site;
  readonly summary: Pick<InsertSummary, 'channels' | 'reduction'>;
}

/** Counts for any of a file's sites; the file is run dry once, when it is first asked. */
export class NetworkCounter {
  private networks: readonly NetworkReport[] | null = null;

  constructor(
    private readonly source: OpenSource,
    private readonly options: Pick<SeOptions, 'bias'>,
  ) {}

  /** One entry for each network of the file that has one of the sites in it, in source order. */
  costs(sites: readonly CostedSite[]): NetworkCost[] {
    const { source, options } = this;
    const owned = sites.map((one) => ({ ...one, owner: ownerOf(one.site, source) }));
    if (owned.every(({ owner }) => owner === null)) return [];
    this.networks ??= readNetworks(source.file);
    return this.networks.flatMap((network) => costOf(network, source, owned, options.bias) ?? []);
  }

  /** A site's summary with what its networks gain. */
  counted(site: Site, summary: InsertSummary): InsertSummary {
    return withNetworks(summary, this.costs([{ site, summary }]));
  }
}

/** The class or function whose every instance or call has the block. */
function ownerOf(site: Site, { file }: OpenSource): string | null {
  const offset = (site.construction?.after ?? site.statement).from;
  return (innermost(file.module.classes, offset) ?? innermost(file.module.functions, offset))?.name ?? null;
}

function costOf(
  network: NetworkReport,
  source: OpenSource,
  sites: readonly (CostedSite & { readonly owner: string | null })[],
  bias: boolean,
): NetworkCost | null {
  const stages = new Map<string, StageCost>();
  let unknown: string | null = null;
  for (const { site, summary, owner } of sites) {
    if (owner === null) continue;
    const found = instancesOf(network, owner);
    if (!found.complete) unknown ??= found.why ?? 'Not every block could be counted.';
    for (const instance of found.instances) {
      const channels = channelsIn(instance, site, summary, source, owner);
      if (channels === null) {
        unknown ??= `The channels of ${instance.path === '' ? owner : `\`${instance.path}\``} are not known.`;
        continue;
      }
      const hidden = hiddenUnits(channels, summary.reduction);
      add(stages, instance.stage.path, channels, extraParameters(channels, hidden, bias));
    }
  }
  const list = [...stages.values()];
  if (list.length === 0) return null;
  const sum = (count: (stage: StageCost) => number): number =>
    list.reduce((total, stage) => total + count(stage), 0);
  return {
    entry: network.entry,
    stages: list,
    blocks: sum(({ blocks }) => blocks),
    extraParameters: sum((stage) => stage.extraParameters),
    complete: unknown === null,
    why: unknown,
  };
}

function channelsIn(
  instance: BlockInstance,
  site: Site,
  { channels }: CostedSite['summary'],
  { file }: OpenSource,
  owner: string,
): number | null {
  if (channels.kind === 'number') return channels.value;
  if (site.channels.status !== 'known') return null;
  const at = site.construction?.after.to;
  const value = evaluateIn(instance, file.slice(site.channels.source.expr), {
    ofClass: owner,
    ...(at === undefined ? {} : { at }),
  });
  return value !== null && Number.isSafeInteger(value) && value > 0 ? value : null;
}

function add(stages: Map<string, StageCost>, stage: string, channels: number, parameters: number): void {
  const before = stages.get(stage);
  stages.set(stage, {
    stage,
    blocks: (before?.blocks ?? 0) + 1,
    channels: [...new Set([...(before?.channels ?? []), channels])],
    extraParameters: (before?.extraParameters ?? 0) + parameters,
  });
}

/**
 * The summary with what the networks of the file tell: where all their blocks are counted, whether any has too few hidden units is no
 * longer a question.
 */
function withNetworks(summary: InsertSummary, networks: readonly NetworkCost[]): InsertSummary {
  const open = openWidthWarning(summary.channels, summary.reduction);
  const settled = networks.length > 0 && networks.every(({ complete }) => complete);
  if (!settled || !summary.warnings.includes(open)) return { ...summary, networks };
  const narrow = networks.flatMap(({ entry, stages }) => {
    const channels = Math.min(...stages.flatMap((stage) => stage.channels));
    const hidden = hiddenUnits(channels, summary.reduction);
    const units = `${hidden} hidden unit${hidden === 1 ? '' : 's'}`;
    return hidden < MIN_HIDDEN_UNITS
      ? [
          `Blocks of ${channels} channels in \`${entry}\` get ${units} with r = ${summary.reduction}; the excitation can hardly tell channels apart.`,
        ]
      : [];
  });
  const warnings = summary.warnings.flatMap((warning) => (warning === open ? narrow.slice(0, 1) : [warning]));
  return { ...summary, networks, warnings };
}
