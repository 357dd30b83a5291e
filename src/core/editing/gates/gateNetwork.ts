/** The SE blocks in one network of a file, as the dry run found it. */
import type { BlockInstance, NetworkReport } from '../dryRun/readNetworks';
import type { Span } from '../syntax/ast';
import { parentOf, pathsAround, stageOfPath } from './blockPaths';
import { calledGates } from './calledGates';
import type { FileGates } from './fileGates';
import { isExcitation } from './isExcitation';
import { channelsOfModule } from './moduleChannels';
import type { PlacedModule } from './networkModules';
import { modulesOf } from './networkModules';

export interface NetworkGate {
  /**
   * Dotted path of attributes from the network, that of the unit where the block is written out in one; or the name that the layer was
   * given. Empty where there is neither.
   */
  readonly path: string;
  /** The expression that makes or applies the block; null where no call of the file does. */
  readonly span: Span | null;
  /** Null where they are not known. */
  readonly channels: number | null;
  /** Blocks with the same label are in one stage. */
  readonly stage: string;
}

export interface GateNetwork {
  readonly entry: string;
  readonly offset: number;
  /** Whether paths are those of attributes; in names of layers dots and underscores mean the same. */
  readonly isTree: boolean;
  /** Its SE blocks, in network order. */
  readonly gates: readonly NetworkGate[];
  /** The module at a path, whatever it is; null where there is none. */
  at(path: string): NetworkGate | null;
  /** The block that the class around makes at the path under some condition, which this network need not meet; null where it makes none. */
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
  const found = blocksAmong(modules, file);
  const around = new Set([...found].flatMap(({ path }) => [...pathsAround(path)]));
  const gateOf = ({ path, value }: PlacedModule): NetworkGate => ({
    path,
    span: value.madeAt,
    channels: channelsOf(path, value, owners, file),
    stage: file.isFlax ? (owners.get(path.split('.')[0] ?? '')?.stage.path ?? '') : stageOfPath(path),
  });
  const gates = modules.flatMap((module) => {
    const { path } = module;
    if (found.has(module)) return [gateOf(module)];
    const owner = owners.get(path);
    if (!owner || around.has(path)) return [];
    return file.inlineBlocks(owner).map((inline) => ({ path, stage: stageOfPath(path), ...inline }));
  });
  const gateAt = new Map(gates.map((gate) => [gate.path, gate]));
  const moduleAt = new Map(modules.map((module) => [module.path, module]));
  const at = (path: string): NetworkGate | null => {
    const module = moduleAt.get(path);
    // A recording may name the activation inside.
    for (const one of module ? pathsAround(path) : []) {
      const gate = gateAt.get(one);
      if (gate) return gate;
    }
    return module ? gateOf(module) : null;
  };
  const possibleAt = (path: string): NetworkGate | null => {
    const [parent, name] = parentOf(path);
    const owner = owners.get(parent);
    const possible = owner ? file.possibleBlock(owner, name) : null;
    return possible && { path, stage: stageOfPath(path), ...possible };
  };
  return { entry, offset, isTree: !file.isFlax, gates, at, possibleAt };
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
  const owner = owners.get(parentOf(path)[0]);
  return owner && value.madeAt ? file.channelsOf(owner, value.madeAt) : null;
}
