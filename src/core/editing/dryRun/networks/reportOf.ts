/** Makes a report of what a run has made. */
import type { CallRecord, Log, Machine } from '../machine/machine';
import type { Instance } from '../values/values';
import type { Doubt } from './moduleTree';
import { moduleTree } from './moduleTree';
import type { InstancesOf, NetworkReport } from './report';
import { BlockInstance } from './report';
import { stageOfModule, stagesOfCalls } from './stages';

export interface EntryPlace {
  readonly entry: string;
  readonly offset: number;
}

/** `root`: null where the network has no modules of this file and its blocks are calls. */
export function reportOf(
  machine: Machine,
  place: EntryPlace,
  root: Instance | null,
  log: Log,
  doubt: string | null,
): NetworkReport {
  const tree = root ? moduleTree(root) : { modules: [], doubts: [] };
  const modules = tree.modules
    .filter(({ instance }) => instance.type.code)
    .map(
      (module) =>
        new BlockInstance(
          { path: stageOfModule(module, tree.modules) },
          module.path,
          module.instance,
          machine,
        ),
    );
  const everywhere = [...(doubt === null ? [] : [doubt]), ...log.doubts].map((why) => ({ why, about: null }));
  const doubts: Doubt[] = [...everywhere, ...tree.doubts];
  const calls = doubtfulCalls(log.calls);
  const [first] = modules.length === 0 ? [...doubts, ...calls] : doubts;
  return {
    ...place,
    blocks: [...modules, ...callBlocks(machine, log.calls)],
    complete: !first,
    ...(first ? { why: first.why } : {}),
    doubts: [...doubts, ...calls],
  };
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
  const stages = new Map<CallRecord, number>();
  const names = new Set(calls.map(({ callee }) => callee.code.name));
  for (const name of names) {
    const alike = calls.filter(({ callee }) => callee.code.name === name);
    for (const [index, stage] of stagesOfCalls(alike.map(({ trail }) => trail)).entries()) {
      const call = alike[index];
      if (call) stages.set(call, stage);
    }
  }
  return calls
    .filter(({ tentative }) => !tentative)
    .map((call) => new BlockInstance({ path: `stage ${stages.get(call) ?? 1}` }, '', call, machine));
}

/** Why a run ended before its network was made. */
export function failedReport(place: EntryPlace, why: string): NetworkReport {
  return { ...place, blocks: [], complete: false, why, doubts: [{ why, about: null }] };
}

/**
 * The blocks of one class, those of its subclasses included, or of one function of the file. They can be all there are
 * although the report is not complete, if what is not known has to do with other classes only.
 */
export function instancesOf(report: NetworkReport, name: string): InstancesOf {
  const instances = report.blocks.filter(({ lineage }) => lineage.includes(name));
  const isCall = instances[0]?.kind === 'call';
  const names = new Set([name, ...instances.map(({ className }) => className)]);
  const doubt = report.doubts.find(({ about }) =>
    about === null ? !isCall || report.blocks.length === 0 : [...names].some((each) => about.has(each)),
  );
  return { instances, complete: !doubt, ...(doubt ? { why: doubt.why } : {}) };
}
