/** Makes a report of what a run has made. */
import { FLAX_MODULE } from '../library/modules';
import type { CallRecord, Log, Machine } from '../machine/machine';
import type { Instance, Trail } from '../values/values';
import type { Doubt, PlacedModule } from './moduleTree';
import { moduleTree } from './moduleTree';
import type { InstancesOf, NetworkReport, PlacedBlock } from './report';
import { BlockInstance } from './report';
import { stageOfModule, stagesOfCalls } from './stages';

export interface EntryPlace {
  readonly entry: string;
  readonly offset: number;
}

/** `root`: null where the network is made of calls and of modules that functions take, as in Keras. */
export function reportOf(
  machine: Machine,
  place: EntryPlace,
  root: Instance | null,
  log: Log,
  doubt: string | null,
): NetworkReport {
  const tree = root ? moduleTree(root) : { modules: [], doubts: [] };
  const modules = root ? treeBlocks(machine, tree.modules) : looseBlocks(machine, log);
  const everywhere = [...(doubt === null ? [] : [doubt]), ...log.doubts].map((why) => ({ why, about: null }));
  const certain = distinct([...everywhere, ...tree.doubts, ...(root ? [] : doubtfulModules(log))]);
  const calls = doubtfulCalls(log.calls);
  const [first] = root ? certain : [...certain, ...calls];
  return {
    ...place,
    root,
    blocks: [...modules, ...callBlocks(machine, log.calls)],
    imported: importedBlocks(log),
    complete: !first,
    ...(first ? { why: first.why } : {}),
    doubts: [...certain, ...calls],
  };
}

/** Each reason once. */
function distinct(doubts: readonly Doubt[]): Doubt[] {
  return [...new Map(doubts.map((doubt) => [doubt.why, doubt])).values()];
}

function treeBlocks(machine: Machine, modules: readonly PlacedModule[]): BlockInstance[] {
  const flaxStages = stagesInFlax(modules);
  return modules
    .filter(({ instance }) => instance.type.code)
    .map((module) => {
      const stage = { path: flaxStages.get(module) ?? stageOfModule(module, modules) };
      return new BlockInstance(stage, module.path, module.instance, machine);
    });
}

/** Flax numbers the parts of a module through: which stage they are in, only the loops say that make them. */
function stagesInFlax(modules: readonly PlacedModule[]): Map<PlacedModule, string> {
  const stages = new Map<PlacedModule, string>();
  const parts = modules.filter(({ parent }) => parent?.instance.type.order.includes(FLAX_MODULE));
  for (const parent of new Set(parts.map((part) => part.parent))) {
    const trails = parts
      .filter((part) => part.parent === parent)
      .map((part) => ({ part, trail: part.instance.trail }));
    for (const [{ part }, stage] of stagesByName(trails, ({ part }) => part.instance.type.name))
      stages.set(part, parent?.path ? `${parent.path}.stage ${stage}` : `stage ${stage}`);
  }
  return stages;
}

/** Modules that are in no other, where a library's network holds them. */
function looseBlocks(machine: Machine, log: Log): BlockInstance[] {
  const own = log.created.filter((instance) => instance.type.code && !log.tentative.has(instance));
  const stages = stagesByName(own, (instance) => instance.type.name);
  return own.map(
    (instance) => new BlockInstance({ path: `stage ${stages.get(instance) ?? 1}` }, '', instance, machine),
  );
}

function doubtfulModules(log: Log): Doubt[] {
  const names = new Set([...log.tentative].filter(({ type }) => type.code).map(({ type }) => type.name));
  return [...names].map((name) => ({
    why: `\`${name}\` is made under a condition that is not known`,
    about: new Set([name]),
  }));
}

/** Functions of the file that are called where it is not known whether the run comes there. */
function doubtfulCalls(calls: readonly CallRecord[]): Doubt[] {
  const names = new Set(calls.filter(({ tentative }) => tentative).map(({ callee }) => callee.code.name));
  return [...names].map((name) => ({
    why: `\`${name}\` is called under a condition that is not known`,
    about: new Set([name]),
  }));
}

function callBlocks(machine: Machine, calls: readonly CallRecord[]): BlockInstance[] {
  const certain = calls.filter(({ tentative }) => !tentative);
  const stages = stagesByName(certain, ({ callee }) => callee.code.name);
  return certain.map(
    (call) => new BlockInstance({ path: `stage ${stages.get(call) ?? 1}` }, '', call, machine),
  );
}

function importedBlocks({ imported }: Log): PlacedBlock[] {
  const certain = imported.filter(({ tentative }) => !tentative);
  const numbers = stagesOfCalls(certain.map(({ trail }) => trail));
  return certain.map((call, index) => ({ stage: { path: `stage ${numbers[index] ?? 1}` }, call }));
}

/** The stages of blocks that have no paths, each kind of block for itself. */
function stagesByName<T extends { readonly trail: Trail | null }>(
  blocks: readonly T[],
  nameOf: (block: T) => string,
): Map<T, number> {
  const byName = new Map<string, T[]>();
  for (const block of blocks) {
    const alike = byName.get(nameOf(block));
    if (alike) alike.push(block);
    else byName.set(nameOf(block), [block]);
  }
  const stages = new Map<T, number>();
  for (const alike of byName.values()) {
    const numbers = stagesOfCalls(alike.map(({ trail }) => trail));
    for (const [index, block] of alike.entries()) stages.set(block, numbers[index] ?? 1);
  }
  return stages;
}

/** Why a run ended before its network was made. */
export function failedReport(place: EntryPlace, why: string): NetworkReport {
  return {
    ...place,
    root: null,
    blocks: [],
    imported: [],
    complete: false,
    why,
    doubts: [{ why, about: null }],
  };
}

/** A class or function of the file: by its name, or where it is written if there may be others of that name, or none. */
export type Owner = string | { readonly from: number };

/**
 * The blocks of one class, those of its subclasses included, or of one function of the file. They can be all there are
 * although the report is not complete, if what is not known has to do with other classes only.
 */
export function instancesOf(report: NetworkReport, owner: Owner): InstancesOf {
  const instances = report.blocks.filter(({ lineage, origins }) =>
    typeof owner === 'string' ? lineage.includes(owner) : origins.includes(owner.from),
  );
  const isCall = instances[0]?.kind === 'call';
  const names = new Set(instances.map(({ className }) => className));
  if (typeof owner === 'string') names.add(owner);
  const concerns = ({ about }: Doubt): boolean => {
    if (about === null) return !isCall || report.blocks.length === 0;
    // Of a place without blocks the name is not known.
    return names.size === 0 || [...names].some((name) => about.has(name));
  };
  const doubt = report.doubts.find(concerns);
  return { instances, complete: !doubt, ...(doubt ? { why: doubt.why } : {}) };
}
