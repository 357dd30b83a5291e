/** Residual additions: which operand is the branch, and whether an SE block is already on it. */
import type { Expr, FunctionNode } from '../syntax/ast';
import type { Addition, Flow, Operand, Value } from './flow';
import { ancestorIds } from './flow';
import { isFunctionalSe } from './functionalSe';
import type { LayerFacts, LayerReader, LayerScope } from './layers';
import { keepsMap, lastName } from './layers';
import { keepsChannels, SE_NAME } from './layerTable';
import type { ClassAttributes } from './scope';

export interface ResidualAddition {
  readonly addition: Addition;
  readonly branch: Operand;
  readonly shortcut: Operand;
  /** Whether an SE block is on the branch already. */
  readonly occupied: boolean;
}

interface Depth {
  convs: number;
  layers: number;
}

/** An addition that may be residual, but whose branch cannot be told from its shortcut. */
export interface UnclearAddition {
  readonly addition: Addition;
  readonly unclear: true;
}

export class FlowReader {
  private readonly depths: Depth[];

  constructor(
    readonly flow: Flow,
    private readonly reader: LayerReader,
    readonly scope: LayerScope,
  ) {
    this.depths = [];
    for (const value of flow.values) this.depths.push(this.depthOf(value));
  }

  private depthOf(value: Value): Depth {
    const depth = { convs: 0, layers: 0 };
    for (const input of value.inputs) {
      const inner = this.depths[input.id];
      if (!inner) continue;
      if (inner.convs > depth.convs || (inner.convs === depth.convs && inner.layers > depth.layers))
        Object.assign(depth, inner);
    }
    if (value.kind === 'apply' && value.layer) {
      const facts = this.describe(value.layer);
      return { convs: depth.convs + facts.convs, layers: depth.layers + facts.layers };
    }
    // A function of unknown contents counts as one layer, like a layer of unknown contents.
    if (value.kind === 'op' && value.expr?.kind === 'call' && !keepsChannels(value.name)) depth.layers += 1;
    return depth;
  }

  /**
   * Reads an addition of two values that come from one another or from a common value by layers: the deeper operand
   * (more convolutions, then more layers) is the branch. Null for an addition that is not residual.
   */
  residual(addition: Addition): ResidualAddition | UnclearAddition | null {
    const [left, right] = addition.operands;
    if (!left || !right) return null;
    const unclear = this.isDeep(left) || this.isDeep(right) ? ({ addition, unclear: true } as const) : null;
    if (addition.operands.length > 2) return unclear;
    const leftIds = ancestorIds(left.value);
    const rightIds = ancestorIds(right.value);
    if (![...leftIds].some((id) => rightIds.has(id)) || left.value === right.value) return null;
    const order = this.compare(left.value, right.value);
    if (order === 0) {
      // Which is the branch does not matter where one of them has its block.
      if (this.seBetween(left.value, rightIds))
        return { addition, branch: left, shortcut: right, occupied: true };
      if (this.seBetween(right.value, leftIds))
        return { addition, branch: right, shortcut: left, occupied: true };
      return unclear;
    }
    const [branch, shortcut] = order > 0 ? [left, right] : [right, left];
    const shortcutIds = order > 0 ? rightIds : leftIds;
    return { addition, branch, shortcut, occupied: this.seBetween(branch.value, shortcutIds) };
  }

  /** The residual additions of the function in source order, read as they are asked for. */
  *residuals(): Generator<ResidualAddition | UnclearAddition> {
    for (const addition of this.flow.additions) {
      const found = this.residual(addition);
      if (found) yield found;
    }
  }

  /** What a layer of this function is. */
  describe(layer: Expr): LayerFacts {
    return this.reader.describe(layer, this.scope);
  }

  /** Convolutions and layers on the longest way to a value. */
  depth(value: Value): Readonly<Depth> {
    return this.depths[value.id] ?? { convs: 0, layers: 0 };
  }

  private isDeep(operand: Operand): boolean {
    return (this.depths[operand.value.id]?.layers ?? 0) > 0;
  }

  private compare(left: Value, right: Value): number {
    const a = this.depths[left.id];
    const b = this.depths[right.id];
    return a && b ? a.convs - b.convs || a.layers - b.layers : 0;
  }

  /** Whether an SE block lies on the way back from `value` to the values in `stop`. */
  private seBetween(value: Value, stop: ReadonlySet<number>): boolean {
    const seen = new Set<number>();
    const pending = [value];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (stop.has(next.id) || seen.has(next.id)) continue;
      seen.add(next.id);
      if (this.isSe(next)) return true;
      pending.push(...next.inputs);
    }
    return false;
  }

  /** Whether the value is the result of an SE block, or of a layer that has one inside. */
  isSe(value: Value): boolean {
    if (value.kind === 'apply' && value.layer) {
      return this.describe(value.layer).hasSe || SE_NAME.test(lastName(value.layer));
    }
    const named = value.expr?.kind === 'call' && SE_NAME.test(lastName(value.expr.callee));
    return value.kind === 'op' && (named || isFunctionalSe(this, value));
  }

  /** How many values are made of this one directly. */
  readersOf(value: Value): number {
    return this.flow.values.filter((other) => other.inputs.includes(value)).length;
  }

  /** Whether an SE block follows the value before the next layer that is no norm, activation or pool. */
  seFollows(value: Value): boolean {
    const reached = new Set<number>([value.id]);
    for (const next of this.flow.values.slice(value.id + 1)) {
      if (!next.inputs.some((input) => reached.has(input.id))) continue;
      if (this.isSe(next)) return true;
      const kept = this.keptInput(next);
      if (kept && reached.has(kept.id)) reached.add(next.id);
    }
    return false;
  }

  /** The value after the norms and activations that follow, each the only reader of the one before. */
  throughActivations(start: Value): Value {
    let end = start;
    for (;;) {
      const readers = this.flow.values.filter((value) => value.inputs.includes(end));
      const [next] = readers;
      if (!next || readers.length > 1 || this.keptInput(next) !== end || !this.isActivation(next)) return end;
      end = next;
    }
  }

  private isActivation(value: Value): boolean {
    if (value.kind === 'apply' && value.layer)
      return ['norm', 'pass'].includes(this.describe(value.layer).role);
    return value.kind === 'op' && keepsChannels(value.name) && !/pool|interpolate|pad|drop/i.test(value.name);
  }

  /** The input whose channels the value has too, or null where it changes them or nobody knows. */
  keptInput(value: Value): Value | null {
    const [first, second] = value.inputs;
    if (!first) return null;
    if (value.kind === 'op') {
      // `x * attention(x)` is x scaled; a product of two unrelated values is not followed.
      if (value.name === '*' && second)
        return ancestorIds(second).has(first.id) ? first : ancestorIds(first).has(second.id) ? second : null;
      const scaled = !second && /^(mul|div)_?$/.test(value.name);
      return scaled || keepsChannels(value.name) ? first : null;
    }
    if (value.kind !== 'apply' || !value.layer) return null;
    return keepsMap(this.describe(value.layer)) ? first : null;
  }
}

/** The scope in which a method's layer expressions are read. */
export function methodScope(attributes: ClassAttributes | null, node: FunctionNode | null): LayerScope {
  return { attributes, function: node, definition: null };
}
