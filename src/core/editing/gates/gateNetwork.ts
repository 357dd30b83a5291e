/** The SE blocks in one network of a file, as the dry run found it. */
import type { BlockInstance, NetworkReport } from '../dryRun/readNetworks';
import { joined, parentOf, pathsAround, stageOfPath } from './blockPaths';
import { calledGates } from './calledGates';
import type { FileGates, StaticGate } from './fileGates';
import { isExcitation } from './isExcitation';
import { channelsOfModule } from './moduleChannels';
import { NetworkGate } from './networkGate';
import type { PlacedModule } from './networkModules';
import { modulesOf } from './networkModules';

export interface GateNetwork {
  readonly entry: string;
  readonly offset: number;
  /** Whether paths are those of attributes; in names of layers dots and underscores mean the same. */
  readonly isTree: boolean;
  /** Its SE blocks, in network order; where it has none, those that its classes make under conditions which it does not meet. */
  readonly gates: readonly NetworkGate[];
  /** Whether it has those blocks as it is made. */
  readonly isSure: boolean;
  /** The module at a path, whatever it is; null where there is none. */
  at(path: string): NetworkGate | null;
  /** The block that the class around makes at the path under some condition; null where it makes none. */
  possibleAt(path: string): NetworkGate | null;
}

export function gateNetworkOf(report: NetworkReport, file: FileGates): GateNetwork {
  const { entry, offset, root } = report;
  if (root) return treeNetwork(report, modulesOf(root), file);
  const gates = calledGates(report, file);
  const byPath = new Map(gates.map((gate) => [gate.path, gate]));
  return {
    entry,
    offset,
    isTree: false,
    gates,
    isSure: true,
    at: (path) => byPath.get(path) ?? null,
    possibleAt: () => null,
  };
}

function treeNetwork(
  { entry, offset, blocks }: NetworkReport,
  modules: readonly PlacedModule[],
  file: FileGates,
): GateNetwork {
  const owners = new Map(blocks.map((block) => [block.path, block]));
  const stageOf = (path: string): string =>
    file.isFlax ? (owners.get(path.split('.')[0] ?? '')?.stage.path ?? '') : stageOfPath(path);
  const moduleGate = ({ path, value }: PlacedModule): NetworkGate =>
    new NetworkGate(path, value.madeAt, stageOf(path), () => channelsOf(path, value, owners, file));
  const staticGate = (path: string, { span, channels }: StaticGate): NetworkGate =>
    new NetworkGate(path, span, stageOf(path), channels);

  const found = blocksAmong(modules, file);
  const around = new Set([...found].flatMap(({ path }) => [...pathsAround(path)]));
  const made = modules.flatMap((module) => {
    const { path } = module;
    if (found.has(module)) return [moduleGate(module)];
    const owner = owners.get(path);
    return owner && !around.has(path) ? file.inlineBlocks(owner).map((gate) => staticGate(path, gate)) : [];
  });
  const isSure = made.length > 0;
  const possible = isSure
    ? []
    : blocks.flatMap((block) =>
        file.possibleBlocks(block).map((gate) => staticGate(joined(block.path, gate.name), gate)),
      );
  const gates = isSure ? made : possible;

  const gateAt = new Map(gates.map((gate) => [gate.path, gate]));
  const moduleAt = new Map(modules.map((module) => [module.path, module]));
  const at = (path: string): NetworkGate | null => {
    const module = moduleAt.get(path);
    if (!module) return gateAt.get(path) ?? null;
    // A recording may name the activation inside.
    for (const one of pathsAround(path)) {
      const gate = gateAt.get(one);
      if (gate) return gate;
    }
    return moduleGate(module);
  };
  const possibleAt = (path: string): NetworkGate | null => {
    const [parent, name] = parentOf(path);
    const owner = owners.get(parent);
    const gate = owner && file.possibleBlocks(owner).find((one) => one.name === name);
    return gate ? staticGate(path, gate) : null;
  };
  return { entry, offset, isTree: !file.isFlax, gates, isSure, at, possibleAt };
}

/** The innermost SE blocks, and chains of layers outside them that make gates. */
function blocksAmong(modules: readonly PlacedModule[], file: FileGates): ReadonlySet<PlacedModule> {
  const named = modules.filter(({ value }) => file.isBlock(value));
  // What a block has around it comes before it, and nothing else comes between.
  const inner = named.filter(({ path }, index) => {
    const next = named[index + 1];
    return !next || !next.path.startsWith(`${path}.`);
  });
  const paths = new Set(inner.map(({ path }) => path));
  const chains = modules.filter(
    ({ path, value }) => isExcitation(value) && ![...pathsAround(path)].some((one) => paths.has(one)),
  );
  return new Set([...inner, ...chains]);
}

function channelsOf(
  path: string,
  value: PlacedModule['value'],
  owners: ReadonlyMap<string, BlockInstance>,
  file: FileGates,
): number | null {
  if (file.isTorch) return channelsOfModule(value);
  const [parent, name] = parentOf(path);
  const owner = owners.get(parent);
  return owner && value.madeAt ? file.channelsOf(owner, value.madeAt, name) : null;
}
