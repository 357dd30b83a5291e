/** Which stage of its network a block is in. */
import type { Trail } from '../values/values';
import type { PlacedModule } from './moduleTree';

/**
 * Of a module: the path of the list of blocks it is in, e.g. `layer1` for `layer1.0`. A part of which its block has
 * only one (`layer1.0.se`) is in its block's stage. A block that is an attribute of the network is a stage of its own.
 */
export function stageOfModule(
  { path, instance, parent }: PlacedModule,
  modules: readonly PlacedModule[],
): string {
  if (!parent) return path;
  const block = blockAround(parent);
  if (block) {
    const inside = `${block.path}.`;
    const alike = modules.filter(
      (other) => other.instance.type === instance.type && other.path.startsWith(inside),
    );
    if (alike.length === 1) return stageOfModule(block, modules);
  }
  return parent.path === '' ? path : parent.path;
}

/** The module of this file around, the network itself excepted. */
function blockAround(module: PlacedModule): PlacedModule | null {
  for (let at = module; at.parent; at = at.parent) if (at.instance.type.code) return at;
  return null;
}

/**
 * Of calls in their order, from the loops and functions they are made in: the first level of these that tells several
 * groups of calls apart makes the stages. A call before a loop belongs to it: `block(x, 64, 2)`, then
 * `for _ in range(n - 1): block(x, 64)`.
 */
export function stagesOfCalls(trails: readonly (Trail | null)[]): number[] {
  const paths = trails.map(pathOf);
  const stages = new Array<number>(paths.length).fill(1);
  let depth = 0;
  for (;;) {
    const groups = grouped(paths, depth);
    if (groups.length > 1) {
      // All alike: the rounds of one loop, or calls one after the other.
      if (groups.some((group) => group.size > 1)) number(groups, stages);
      return stages;
    }
    if (!groups[0]?.node) return stages;
    depth += 1;
  }
}

interface Group {
  readonly node: Trail | undefined;
  readonly first: number;
  size: number;
}

function pathOf(trail: Trail | null): Trail[] {
  const path: Trail[] = [];
  for (let at = trail; at; at = at.parent) path.push(at);
  return path.reverse();
}

function grouped(paths: readonly (readonly Trail[])[], depth: number): Group[] {
  const groups: Group[] = [];
  for (const [index, path] of paths.entries()) {
    const node = path[depth];
    const last = groups.at(-1);
    if (last && node && last.node === node) last.size += 1;
    else groups.push({ node, first: index, size: 1 });
  }
  return groups;
}

function number(groups: readonly Group[], stages: number[]): void {
  let stage = 0;
  let joins = false;
  for (const { node, first, size } of groups) {
    if (!(joins && node?.kind === 'loop')) stage += 1;
    stages.fill(stage, first, first + size);
    joins = size === 1 && node?.kind === 'call';
  }
}
