/** The SE blocks in one network of a file, as the dry run found it. */
import type { NetworkReport } from '../dryRun/readNetworks';
import type { Instance } from '../dryRun/values/values';
import type { Span } from '../syntax/ast';
import { calledGates } from './calledGates';
import type { FileGates } from './fileGates';
import { channelsOfModule } from './moduleChannels';
import { modulesOf } from './networkModules';
import { isExcitation } from './isExcitation';
import { parentOf, stageOfPath } from './blockPaths';

export interface NetworkGate {
  /** Dotted path of attributes from the network, or the name that the layer was given; empty where it has neither. */
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
  /** Whether paths are those of PyTorch; in other libraries dots and underscores of names mean the same. */
  readonly isTree: boolean;
  /** Its SE blocks, in network order. */
  readonly gates: readonly NetworkGate[];
  /** The module at a path, whatever it is; also an SE block that its class makes under a condition. Null where there is none. */
  at(path: string): NetworkGate | null;
}

export function gateNetworkOf(report: NetworkReport, file: FileGates): GateNetwork {
  const { entry, offset, root } = report;
  if (root) return treeNetwork(report, root, file);
  const gates = calledGates(report, file);
  const byPath = new Map(gates.map((gate) => [gate.path, gate]));
  return { entry, offset, isTree: false, gates, at: (path) => byPath.get(path) ?? null };
}

function treeNetwork({ entry, offset, blocks }: NetworkReport, root: Instance, file: FileGates): GateNetwork {
  const modules = modulesOf(root);
  const named = modules.filter(({ value }) => file.isBlock(value));
  const inner = named.filter(({ path }) => !named.some((other) => other.path.startsWith(`${path}.`)));
  // A chain of layers that makes gates is a block of its own only outside an SE class.
  const chains = modules.filter(
    ({ path, value }) =>
      isExcitation(value) && !inner.some((block) => `${path}.`.startsWith(`${block.path}.`)),
  );
  const found = new Set([...inner, ...chains]);
  const stages = new Map(blocks.map((block) => [block.path, block.stage.path]));
  const byPath = new Map<string, NetworkGate>();
  const gates: NetworkGate[] = [];
  for (const module of modules) {
    const { path, value } = module;
    const isFlax = file.isFlax;
    const gate = {
      path,
      span: value.madeAt,
      channels: file.isTorch ? channelsOfModule(value) : null,
      stage: (isFlax ? stages.get(path) : undefined) ?? stageOfPath(path),
    };
    byPath.set(path, gate);
    if (found.has(module)) gates.push(gate);
  }
  const gateAt = new Map(gates.map((gate) => [gate.path, gate]));
  const owners = new Map(blocks.map((block) => [block.path, block]));
  const at = (path: string): NetworkGate | null => {
    // A recording may name the activation inside.
    for (let around = path; around !== ''; [around] = parentOf(around)) {
      const gate = gateAt.get(around);
      if (gate && byPath.has(path)) return gate;
    }
    const module = byPath.get(path) ?? null;
    const [parent, name] = parentOf(path);
    const owner = owners.get(parent);
    const possible = owner ? file.possibleBlock(owner, name) : null;
    return possible ? { path, stage: stageOfPath(path), ...possible } : module;
  };
  return { entry, offset, isTree: file.isTorch, gates, at };
}
