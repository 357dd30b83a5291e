/** What a layer expression is: role, channels, depth, and whether it is an SE block, following the source's own definitions. */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { CallExpr, ClassNode, Expr, FunctionNode, SourceModule, Statement } from '../syntax/ast';
import type { Imports } from './imports';
import { listedLayers } from './layerLists';
import type { LayerRole } from './layerTable';
import { DROP_LAYERS, layerEntry, SE_NAME } from './layerTable';
import type { AttributeDefinition, ClassAttributes } from './scope';
import { localValues, onlyReturn } from './scope';

/** Where a channel count is written. */
export interface ChannelSource {
  readonly expr: Expr;
  /** The `self.x = ...` it was read from; null where the layer is made in place. */
  readonly definition: AttributeDefinition | null;
}

export interface LayerFacts {
  readonly role: LayerRole | 'se' | 'unknown';
  /** Output channels where the constructor says. */
  readonly channels: ChannelSource | null;
  /** Whether an SE block is in it. */
  readonly hasSe: boolean;
  /** Convolutions and layers inside, to tell the deep branch from the shortcut. */
  readonly convs: number;
  readonly layers: number;
}

const UNKNOWN: LayerFacts = { role: 'unknown', channels: null, hasSe: false, convs: 0, layers: 1 };
const PASS: LayerFacts = { role: 'pass', channels: null, hasSe: false, convs: 0, layers: 0 };
const MAX_HOPS = 8;

export interface LayerScope {
  readonly attributes: ClassAttributes | null;
  /** The function whose local names the expression may use. */
  readonly function: FunctionNode | null;
  readonly definition: AttributeDefinition | null;
}

/** The argument at a position or of a keyword (also as a property of tfjs's one object argument). */
export function argumentOf(call: CallExpr, where: { index: number; keyword: string }): Expr | null {
  const keyword = call.args.find((item) => item.name === where.keyword);
  if (keyword) return keyword.value;
  const [first] = call.args;
  if (first?.value.kind === 'object') {
    return first.value.properties.find((property) => property.name === where.keyword)?.value ?? null;
  }
  const item = call.args[where.index];
  return item && item.name === null && !call.args.slice(0, where.index + 1).some((arg) => arg.spread)
    ? item.value
    : null;
}

export class LayerReader {
  private readonly functions: ReadonlyMap<string, FunctionNode>;
  private readonly classes: ReadonlyMap<string, ClassNode>;

  constructor(
    readonly framework: SourceFramework,
    readonly imports: Imports,
    module: SourceModule,
  ) {
    const topLevel = <K extends 'function' | 'class'>(kind: K): Extract<Statement, { kind: K }>[] =>
      module.body.filter(
        (statement): statement is Extract<Statement, { kind: K }> => statement.kind === kind,
      );
    this.functions = new Map(
      topLevel('function').map((statement) => [statement.function.name, statement.function]),
    );
    this.classes = new Map(topLevel('class').map((statement) => [statement.class.name, statement.class]));
  }

  /** Facts of `self.conv1`, `nn.Conv2d(3, 64)`, `conv3x3(planes, planes)` or a conditional of such. */
  describe(layer: Expr, scope: LayerScope, hops = 0): LayerFacts {
    if (hops > MAX_HOPS) return UNKNOWN;
    switch (layer.kind) {
      case 'call':
        return this.describeCall(layer, scope, hops);
      case 'member':
        return layer.object.kind === 'name' && scope.attributes
          ? this.describeAttribute(layer.property, scope.attributes, hops)
          : UNKNOWN;
      case 'conditional':
        return mergeFacts([
          this.describe(layer.whenTrue, scope, hops + 1),
          this.describe(layer.whenFalse, scope, hops + 1),
        ]);
      case 'cast':
        return this.describe(layer.value, scope, hops + 1);
      case 'name': {
        const values = scope.function
          ? localValues(scope.function, layer.name).filter((value) => value.kind === 'call')
          : [];
        return values.length > 0
          ? mergeFacts(values.map((value) => this.describe(value, scope, hops + 1)))
          : UNKNOWN;
      }
      default:
        return UNKNOWN;
    }
  }

  private describeAttribute(name: string, attributes: ClassAttributes, hops: number): LayerFacts {
    const definitions = attributes.definitionsOf(name);
    if (definitions.length === 0) return UNKNOWN;
    return mergeFacts(
      definitions.map((definition) =>
        this.describe(definition.value, { attributes, function: definition.method, definition }, hops + 1),
      ),
    );
  }

  private describeCall(call: CallExpr, scope: LayerScope, hops: number): LayerFacts {
    const name = lastName(call.callee);
    if (SE_NAME.test(name)) return { role: 'se', channels: null, hasSe: true, convs: 0, layers: 1 };
    if (DROP_LAYERS.test(name)) return { ...PASS, layers: 1 };
    const path = this.constructorPath(call.callee, scope, hops);
    const entry = path === null ? null : layerEntry(this.framework, path);
    if (!entry) return this.describeHelper(call, scope, hops);
    if (entry.role === 'sequence') return this.describeSequence(this.sequenceItems(call, scope), scope, hops);
    const channels = entry.channels ? argumentOf(call, entry.channels) : null;
    return {
      role: entry.role,
      channels: channels ? { expr: channels, definition: scope.definition } : null,
      hasSe: false,
      convs: entry.role === 'conv' ? 1 : 0,
      layers: 1,
    };
  }

  /** The layers of `nn.Sequential(a, b)`, `nn.Sequential(*layers)`, `keras.Sequential([a, b])` and `tf.sequential({layers: [a, b]})`. */
  private sequenceItems(call: CallExpr, scope: LayerScope): Expr[] {
    const [first] = call.args;
    if (first?.value.kind === 'object') {
      const list = argumentOf(call, { index: 0, keyword: 'layers' });
      return list?.kind === 'list' ? list.items.map((item) => item.value) : [first.value];
    }
    const listed = listedLayers(call, scope.function?.body ?? []);
    const known = listed.length > 0 || call.args.length === 0;
    return known ? listed.map(({ layer }) => layer) : call.args.map((item) => item.value);
  }

  /** A chain of layers as one: the channels of the last that says. */
  describeSequence(items: readonly Expr[], scope: LayerScope, hops = 0): LayerFacts {
    const facts = items.map((item) => this.describe(item, scope, hops + 1));
    const sum = (count: (fact: LayerFacts) => number): number =>
      facts.reduce((total, fact) => total + count(fact), 0);
    const deciding = facts.filter((fact) => !keepsMap(fact) || fact.channels !== null).at(-1);
    const unclear =
      deciding !== undefined &&
      deciding.channels === null &&
      deciding.role !== 'flat' &&
      deciding.role !== 'conv';
    return {
      role: unclear ? 'unknown' : (deciding?.role ?? 'pass'),
      channels: deciding?.channels ?? null,
      hasSe: facts.some((fact) => fact.hasSe),
      convs: sum((fact) => fact.convs),
      layers: sum((fact) => fact.layers),
    };
  }

  /** `def conv3x3(in_planes, out_planes): return nn.Conv2d(in_planes, out_planes, ...)`: parameters stand for arguments. */
  private describeHelper(call: CallExpr, scope: LayerScope, hops: number): LayerFacts {
    const helper = call.callee.kind === 'name' ? this.functions.get(call.callee.name) : undefined;
    const returned = helper && onlyReturn(helper);
    if (!helper || !returned) return this.describeOwnClass(call);
    const inner = this.describe(returned, { attributes: null, function: helper, definition: null }, hops + 1);
    const wanted = inner.channels?.expr;
    if (!wanted || wanted.kind === 'number')
      return inner.channels && scope.definition
        ? { ...inner, channels: { expr: inner.channels.expr, definition: scope.definition } }
        : inner;
    const index =
      wanted.kind === 'name'
        ? helper.parameters.findIndex((parameter) => parameter.name === wanted.name)
        : -1;
    const parameter = helper.parameters[index];
    if (!parameter) return { ...inner, channels: null, role: 'unknown' };
    const reassigned = localValues(helper, parameter.name).length > (parameter.fallback ? 1 : 0);
    const given =
      argumentOf(call, { index, keyword: parameter.name }) ??
      (parameter.fallback?.kind === 'number' ? parameter.fallback : null);
    if (reassigned || !given) return { ...inner, channels: null, role: 'unknown' };
    return { ...inner, channels: { expr: given, definition: scope.definition } };
  }

  /** A class of this file counts for depth; its channels are not looked into. */
  private describeOwnClass(call: CallExpr): LayerFacts {
    const own = call.callee.kind === 'name' ? this.classes.get(call.callee.name) : undefined;
    return own ? { ...UNKNOWN, convs: 1 } : UNKNOWN;
  }

  /** The constructor's path, through local names such as `norm_layer`. */
  private constructorPath(callee: Expr, scope: LayerScope, hops: number): string | null {
    if (hops > MAX_HOPS) return null;
    if (callee.kind === 'name' && scope.function) {
      const { name } = callee;
      const declared = scope.function.parameters.some((parameter) => parameter.name === name);
      const paths = localValues(scope.function, name)
        .flatMap((value) => [value, ...(value.kind === 'binary' ? [value.left, value.right] : [])])
        .map((value) => this.imports.pathOf(value))
        .filter((path) => path !== null && layerEntry(this.framework, path) !== null);
      if (paths[0] !== undefined) return paths[0];
      if (declared) return null;
    }
    return this.imports.pathOf(callee);
  }
}

/** The last word of a name or member chain. */
export function lastName(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'member' ? expr.property : '';
}

/** Whether the layer surely keeps the channels of a feature map. */
export function keepsMap(facts: LayerFacts): boolean {
  return facts.role === 'norm' || facts.role === 'pass' || facts.role === 'pool' || facts.role === 'se';
}

/** One set of facts for alternatives; what they disagree on becomes unknown. */
function mergeFacts(all: readonly LayerFacts[]): LayerFacts {
  const [first, ...rest] = all;
  if (!first) return UNKNOWN;
  if (rest.length === 0) return first;
  const sameRole = rest.every((facts) => facts.role === first.role);
  const text = (facts: LayerFacts): string =>
    JSON.stringify(facts.channels && stripSpans(facts.channels.expr));
  const sameChannels = rest.every((facts) => text(facts) === text(first));
  const role =
    sameRole && sameChannels
      ? first.role
      : all.every(keepsMap) && all.every((facts) => facts.channels === null)
        ? 'pass'
        : 'unknown';
  return {
    role,
    channels: role === 'unknown' ? null : (all.at(-1)?.channels ?? null),
    hasSe: all.some((facts) => facts.hasSe),
    convs: Math.max(...all.map((facts) => facts.convs)),
    layers: Math.max(...all.map((facts) => facts.layers)),
  };
}

/** The expression without its offsets, to compare two places. */
export function stripSpans(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value: unknown) =>
      ['from', 'to', 'comma'].includes(key) ? undefined : value,
    ),
  );
}
