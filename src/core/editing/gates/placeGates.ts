/**
 * The door of this room: where in a source file the SE blocks of a recording are made. Blocks are told by structure: the file is run dry, and
 * paths, channels and stages of what it makes are compared with those of the recording.
 */
import type { ExcitationTrace } from '../../excitation/trace';
import type { SourceLanguage } from '../../codegen/sourceLanguage';
import { readNetworks } from '../dryRun/readNetworks';
import { SourceFile } from '../syntax/sourceFile';
import { FileGates } from './fileGates';
import type { Pairs, PathFit } from './fit';
import { fitPaths, fitStructure } from './fit';
import type { GateMatch, GatePlacement, KnownFile } from './gateMatch';
import type { GateNetwork } from './gateNetwork';
import { gateNetworkOf } from './gateNetwork';
import { changedPlacement } from './changed';
import { placementOf } from './placement';

/** A source file read for `placeGates`: once for each version of its text, for any number of recordings. */
export class GateSource {
  private known: readonly GateNetwork[] | null = null;

  constructor(
    readonly text: string,
    readonly language: SourceLanguage,
  ) {}

  /** In source order. The file is run dry when they are first asked for. */
  get networks(): readonly GateNetwork[] {
    if (!this.known) {
      const file = new SourceFile(this.text, this.language);
      const gates = new FileGates(file);
      this.known = readNetworks(file).map((report) => gateNetworkOf(report, gates));
    }
    return this.known;
  }
}

interface Fit {
  readonly network: GateNetwork;
  readonly paths: PathFit;
  readonly structure: Pairs | null;
}

/** Total: a file that is not understood has nothing to do with the recording. */
export function placeGates(source: GateSource, trace: ExcitationTrace, known: KnownFile): GateMatch {
  const { blocks, code } = trace;
  const isOwn = code?.some(({ file }) => file === known.fileName) ?? false;
  const isSame = code?.some(({ fingerprint }) => fingerprint === known.fingerprint) ?? false;
  const fits = source.networks.map((network) => ({
    network,
    paths: fitPaths(network, blocks),
    structure: fitStructure(network, blocks),
  }));
  const place = ({ network }: Fit, pairs: Pairs): GatePlacement => placementOf(network, pairs, blocks);

  const chosen = fits.find(({ network }) => network.entry === known.chosen);
  if (chosen?.paths.exact) return { kind: 'certain', placement: place(chosen, chosen.paths.pairs) };
  if (chosen?.structure) return { kind: 'certain', placement: place(chosen, chosen.structure) };

  // A network made without blocks by default may have them where the recording says; one that surely has them comes first.
  const whole = fits.filter(({ paths }) => paths.exact);
  const sure = [...whole].sort(
    (a, b) => Number(b.network.gates.length > 0) - Number(a.network.gates.length > 0),
  );
  const exact = distinct(sure.map((fit) => place(fit, fit.paths.pairs)));
  const [only, ...others] = exact;
  if (only && others.length === 0) return { kind: 'certain', placement: only };
  if (only) return { kind: 'open', placements: exact };

  if (isSame) {
    const best = mostPlaced(fits.map((fit) => place(fit, fit.paths.pairs)));
    if (best) return { kind: 'certain', placement: best };
  }
  const structural = distinct(fits.flatMap((fit) => (fit.structure ? [place(fit, fit.structure)] : [])));
  if (structural.length > 0) return { kind: 'open', placements: structural };
  if (isOwn || known.chosen !== undefined) return changedPlacement(fits, blocks, known.chosen);
  return { kind: 'none' };
}

/** The one with the most blocks in their places; null where none has any. */
function mostPlaced(placements: readonly GatePlacement[]): GatePlacement | null {
  let best: GatePlacement | null = null;
  for (const placement of placements) {
    if (placement.sites.length > 0 && (!best || placement.missing.length < best.missing.length))
      best = placement;
  }
  return best;
}

/** Each set of places once, with the first network that has it. */
function distinct(placements: readonly GatePlacement[]): GatePlacement[] {
  const bySites = new Map<string, GatePlacement>();
  for (const placement of placements) {
    const key = JSON.stringify(placement.sites);
    if (placement.sites.length > 0 && !bySites.has(key)) bySites.set(key, placement);
  }
  return [...bySites.values()];
}
