/** What is known of a layer, and the small questions about expressions that reading layers asks. */
import type { CallExpr, Expr, FunctionNode } from '../syntax/ast';
import type { LayerRole } from './layerTable';
import type { AttributeDefinition, ClassAttributes } from './scope';

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
  /** Whether it reduces each channel to one number, as global pooling does. */
  readonly squeezes: boolean;
  /** Convolutions and layers inside, to tell the deep branch from the shortcut. */
  readonly convs: number;
  readonly layers: number;
}

export interface LayerScope {
  readonly attributes: ClassAttributes | null;
  /** The function whose local names the expression may use. */
  readonly function: FunctionNode | null;
  readonly definition: AttributeDefinition | null;
}

export const UNKNOWN_LAYER: LayerFacts = {
  role: 'unknown',
  channels: null,
  hasSe: false,
  squeezes: false,
  convs: 0,
  layers: 1,
};
export const PASS_LAYER: LayerFacts = { ...UNKNOWN_LAYER, role: 'pass' };
export const SE_LAYER: LayerFacts = { ...UNKNOWN_LAYER, role: 'se', hasSe: true };

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
export function mergeFacts(all: readonly LayerFacts[]): LayerFacts {
  const [first, ...rest] = all;
  if (!first) return UNKNOWN_LAYER;
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
    squeezes: all.every((facts) => facts.squeezes),
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
