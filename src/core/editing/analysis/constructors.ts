/**
 * What calling an expression makes: `nn.Conv2d`, `norm_layer`, `self._norm_layer`, `partial(nn.Conv, use_bias=False)`, a class or function
 * of the file. Names are followed through parameters' defaults, assignments, attributes, fields and aliases; where the file does not show
 * a value, custom decides (`norm_layer` makes a norm).
 */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { CallExpr, ClassNode, Expr, FunctionNode, Item, SourceModule } from '../syntax/ast';
import type { Imports } from './imports';
import { lastName, stripSpans } from './layerFacts';
import type { LayerScope } from './layerFacts';
import { conventionalEntry, factoryEntry, layerEntry } from './layerTable';
import type { LayerEntry } from './layerTable';
import type { ClassAttributes } from './scope';
import { localValues } from './scope';

export type Constructor = (
  | { readonly kind: 'layer'; readonly entry: LayerEntry }
  | { readonly kind: 'class'; readonly node: ClassNode }
  /** `owner`: the class whose method it is; null for a function of the top level. */
  | { readonly kind: 'function'; readonly node: FunctionNode; readonly owner: ClassAttributes | null }
  /** Imported, and in no table. */
  | { readonly kind: 'import' }
) & {
  /** Its own name, e.g. `Conv2d`, whatever the file calls it. */
  readonly name: string;
  /** The arguments that `partial` has set, the innermost first. */
  readonly presets: readonly CallExpr[];
};

export class ConstructorReader {
  private readonly functions = new Map<string, FunctionNode>();
  private readonly classes = new Map<string, ClassNode>();
  /** Values of the top level's variables. */
  private readonly variables = new Map<string, Expr[]>();

  constructor(
    private readonly framework: SourceFramework,
    private readonly imports: Imports,
    module: SourceModule,
  ) {
    for (const statement of module.body) {
      if (statement.kind === 'function') this.functions.set(statement.function.name, statement.function);
      if (statement.kind === 'class') this.classes.set(statement.class.name, statement.class);
      if (statement.kind !== 'assign') continue;
      const { value } = statement;
      const arrow = module.functions.find((node) => node.from === value.from && node.to === value.to);
      for (const target of statement.targets) {
        if (target.kind !== 'name') continue;
        if (arrow) this.functions.set(target.name, arrow);
        this.variables.set(target.name, [...(this.variables.get(target.name) ?? []), statement.value]);
      }
    }
  }

  /** The one thing that calling `callee` makes, or null where nobody knows or alternatives disagree. */
  resolve(callee: Expr, scope: LayerScope): Constructor | null {
    return agreed(this.alternatives(callee, scope, new Set()));
  }

  /** Whether a call is one of `functools.partial`. */
  isPartial({ callee, args }: CallExpr): boolean {
    if (args.length === 0) return false;
    const path = this.imports.pathOf(callee);
    return path === 'functools.partial' || (path === null && lastName(callee) === 'partial');
  }

  private alternatives(expr: Expr, scope: LayerScope, seen: Set<Expr>): Constructor[] {
    // Each expression once: names may well refer to one another in circles.
    if (seen.has(expr)) return [];
    seen.add(expr);
    switch (expr.kind) {
      case 'name':
        return this.named(expr, scope, seen);
      case 'member':
        return this.attribute(expr, scope, seen) ?? this.imported(expr);
      case 'binary':
        // `norm_layer or nn.BatchNorm2d`
        return [expr.left, expr.right].flatMap((part) => this.alternatives(part, scope, seen));
      case 'conditional':
        return [expr.whenTrue, expr.whenFalse].flatMap((part) => this.alternatives(part, scope, seen));
      case 'cast':
        return this.alternatives(expr.value, scope, seen);
      case 'call':
        return this.made(expr, scope, seen);
      default:
        return [];
    }
  }

  /** What a call returns that is itself a constructor. */
  private made(call: CallExpr, scope: LayerScope, seen: Set<Expr>): Constructor[] {
    if (this.isPartial(call)) {
      const [bound] = call.args;
      const inner = bound ? this.alternatives(bound.value, scope, seen) : [];
      return inner.map((one) => ({ ...one, presets: [...one.presets, call] }));
    }
    const name = lastName(call.callee);
    const entry = factoryEntry(this.framework, name);
    return entry ? [{ kind: 'layer', entry, name, presets: [] }] : [];
  }

  private named(expr: Extract<Expr, { kind: 'name' }>, scope: LayerScope, seen: Set<Expr>): Constructor[] {
    const { name } = expr;
    const declared = scope.function?.parameters.some((parameter) => parameter.name === name) ?? false;
    const values = scope.function ? localValues(scope.function, name) : [];
    if (declared || values.length > 0) {
      const found = values
        .filter((value) => !(value.kind === 'name' && value.name === name))
        .flatMap((value) => this.alternatives(value, scope, seen));
      return found.length > 0 || !declared ? found : this.byCustom(name);
    }
    const node = this.classes.get(name);
    if (node) return [{ kind: 'class', node, name, presets: [] }];
    const helper = this.functions.get(name);
    if (helper) return [{ kind: 'function', node: helper, owner: null, name, presets: [] }];
    const top = { attributes: null, function: null, definition: null };
    const found = (this.variables.get(name) ?? []).flatMap((value) =>
      value.kind === 'name' && value.name === name ? [] : this.alternatives(value, top, seen),
    );
    return found.length > 0 ? found : this.imported(expr);
  }

  /** `self.conv`: what its assignments and its field say, else what its name promises. Null for anything but an attribute. */
  private attribute(
    expr: Extract<Expr, { kind: 'member' }>,
    { attributes }: LayerScope,
    seen: Set<Expr>,
  ): Constructor[] | null {
    if (!attributes || expr.object.kind !== 'name' || this.imports.pathOf(expr) !== null) return null;
    const name = expr.property;
    const method = attributes.method(name);
    if (method) return [{ kind: 'function', node: method, owner: attributes, name, presets: [] }];
    const definitions = attributes.definitionsOf(name);
    const field = attributes.field(name);
    const fallback = field?.fallback ?? attributes.classValue(name);
    const top = { attributes: null, function: null, definition: null };
    const found = [
      ...definitions.flatMap(({ value, method }) =>
        this.alternatives(value, { attributes, function: method, definition: null }, seen),
      ),
      ...(fallback ? this.alternatives(fallback, top, seen) : []),
    ];
    const given = field !== null || definitions.some(({ value }) => value.kind === 'name');
    return found.length > 0 || !given ? found : this.byCustom(name);
  }

  private byCustom(name: string): Constructor[] {
    const entry = conventionalEntry(this.framework, name);
    return entry ? [{ kind: 'layer', entry, name, presets: [] }] : [];
  }

  private imported(expr: Expr): Constructor[] {
    const path = this.imports.pathOf(expr);
    if (path === null) return [];
    const entry = layerEntry(this.framework, path);
    const name = path.slice(path.lastIndexOf('.') + 1);
    return [entry ? { kind: 'layer', entry, name, presets: [] } : { kind: 'import', name, presets: [] }];
  }
}

/** One constructor for all alternatives; layers that agree on their role but not on the channels' place do not say the channels. */
function agreed(all: readonly Constructor[]): Constructor | null {
  const known = all.filter((one) => one.kind !== 'import');
  const [first, ...rest] = known.length > 0 ? known : all;
  if (!first) return null;
  if (first.kind !== 'layer') return rest.every((one) => one.name === first.name) ? first : null;
  const { entry } = first;
  if (rest.some((one) => one.kind !== 'layer' || one.entry.role !== entry.role)) return null;
  const place = JSON.stringify(entry.channels);
  const same = rest.every((one) => one.kind === 'layer' && JSON.stringify(one.entry.channels) === place);
  const presets = rest.every((one) => text(one.presets) === text(first.presets));
  return same && presets ? first : { ...first, entry: { role: entry.role }, presets: [] };
}

function text(presets: readonly CallExpr[]): string {
  return JSON.stringify(presets.map(stripSpans));
}

/** The call with the arguments that `partial` has set before, as if all were written in one place. */
export function withPresets(call: CallExpr, presets: readonly CallExpr[]): CallExpr {
  if (presets.length === 0) return call;
  const set = presets.map((preset) => preset.args.slice(1));
  const positional = (items: readonly Item[]): Item[] => items.filter((item) => item.name === null);
  const keywords = (items: readonly Item[]): Item[] => items.filter((item) => item.name !== null);
  // A keyword that is given twice counts where it is given last: the first that `argumentOf` finds.
  const args = [
    ...set.flatMap(positional),
    ...positional(call.args),
    ...keywords(call.args),
    ...[...set].reverse().flatMap(keywords),
  ];
  return { ...call, args };
}
