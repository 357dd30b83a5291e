/**
 * Which value flows where inside one function (or the top level of a script): a straight-line reading in which an `if`
 * merges and a loop runs once. Enough to tell a residual branch from its shortcut; it decides nothing about run time.
 */
import type { CallExpr, Expr, FunctionNode, Item, Statement, StatementOf } from '../syntax/ast';
import type { Imports } from './imports';
import { lastName } from './layers';
import { joinOf } from './layerTable';
import type { LayerReader } from './layers';
import type { ClassAttributes } from './scope';
import type { Addition, Application, Flow, Operand, Value } from './values';

export { ancestorIds } from './values';
export type { Addition, Application, Flow, Operand, Value } from './values';

type Environment = Map<string, Value | null>;

class FlowBuilder {
  readonly values: Value[] = [];
  readonly additions: Addition[] = [];
  readonly applications: Application[] = [];
  readonly assigned = new Map<Statement, Value>();
  readonly returned: Value[] = [];
  private statement: Statement | null = null;

  constructor(
    private readonly reader: LayerReader,
    private readonly self: string | null,
    private readonly attributes: ClassAttributes | null,
  ) {}

  private get imports(): Imports {
    return this.reader.imports;
  }

  private make(
    kind: Value['kind'],
    expr: Expr | null,
    inputs: readonly Value[],
    more: { layer?: Expr; name?: string } = {},
  ): Value {
    const value: Value = {
      id: this.values.length,
      kind,
      expr,
      inputs,
      layer: more.layer ?? null,
      name: more.name ?? '',
    };
    this.values.push(value);
    return value;
  }

  source(): Value {
    return this.make('source', null, []);
  }

  run(body: readonly Statement[], env: Environment): void {
    for (const statement of body) {
      this.statement = statement;
      switch (statement.kind) {
        case 'assign':
          this.assign(statement, env);
          break;
        case 'update':
          this.update(statement, env);
          break;
        case 'return': {
          const value = statement.value && this.evaluate(statement.value, env);
          if (value) this.returned.push(value);
          break;
        }
        case 'expression':
          this.evaluate(statement.value, env);
          break;
        case 'branch':
        case 'loop':
          this.compound(statement, env);
          break;
        default:
      }
    }
  }

  private assign(statement: StatementOf<'assign'>, env: Environment): void {
    const value = this.evaluate(statement.value, env) ?? this.sourceOfCall(statement.value);
    for (const target of statement.targets) {
      if (target.kind === 'name') {
        env.set(target.name, value);
        if (value) this.assigned.set(statement, value);
      } else if (target.kind === 'list') {
        for (const { value: part } of target.items) {
          if (part.kind === 'name')
            env.set(part.name, this.make('op', statement.value, value ? [value] : [], { name: 'unpack' }));
        }
      }
    }
  }

  /** A call of nothing we know starts a value of its own, e.g. `keras.Input(...)`. */
  private sourceOfCall(expr: Expr): Value | null {
    if (expr.kind === 'cast') return this.sourceOfCall(expr.value);
    return expr.kind === 'call' ? this.source() : null;
  }

  private update(statement: StatementOf<'update'>, env: Environment): void {
    const left = this.evaluate(statement.target, env);
    const right = this.evaluate(statement.value, env);
    if (!left || !right) return;
    const added = statement.operator === '+=';
    const value = this.make(added ? 'add' : 'op', null, [left, right], { name: statement.operator });
    if (added) {
      const operands = [
        { expr: statement.target, value: left },
        { expr: statement.value, value: right },
      ];
      this.additions.push({ value, statement, operands, form: 'update' });
    }
    if (statement.target.kind === 'name') {
      env.set(statement.target.name, value);
      this.assigned.set(statement, value);
    }
  }

  private compound(statement: StatementOf<'branch' | 'loop'>, env: Environment): void {
    const ends: Environment[] = statement.kind === 'branch' && statement.exhaustive ? [] : [new Map(env)];
    for (const body of statement.bodies) {
      const inner: Environment = new Map(env);
      if (statement.kind === 'loop') {
        for (const target of statement.targets)
          if (target.kind === 'name') inner.set(target.name, this.source());
      }
      this.run(body, inner);
      ends.push(inner);
    }
    const names = new Set(ends.flatMap((end) => [...end.keys()]));
    for (const name of names) {
      const options = [
        ...new Set(ends.map((end) => end.get(name)).filter((value) => value !== undefined && value !== null)),
      ];
      const [only] = options;
      if (only && options.length === 1) env.set(name, only);
      else if (options.length > 1) env.set(name, this.make('merge', null, options));
    }
  }

  private evaluate(expr: Expr, env: Environment): Value | null {
    switch (expr.kind) {
      case 'number':
      case 'string':
      case 'object':
        return null;
      case 'name':
        return this.variable(expr.name, env);
      case 'member': {
        if (this.isSelf(expr.object) || this.imports.pathOf(expr) !== null) return null;
        const object = this.evaluate(expr.object, env);
        return object && this.make('op', expr, [object], { name: `.${expr.property}` });
      }
      case 'call':
        return this.call(expr, env);
      case 'binary':
        return this.binary(expr, env);
      case 'conditional': {
        const options = [this.evaluate(expr.whenTrue, env), this.evaluate(expr.whenFalse, env)].filter(
          (value) => value !== null,
        );
        return options.length > 0 ? this.make('merge', expr, options) : null;
      }
      case 'cast':
        return this.evaluate(expr.value, env);
      case 'list':
        return this.gather(
          expr,
          this.itemValues(expr.items, env).map((operand) => operand.value),
          'list',
        );
      case 'other': {
        const entry = this.entryOf(expr, env);
        if (entry) return entry;
        return this.gather(
          expr,
          expr.parts.map((part) => this.evaluate(part, env)).filter((value) => value !== null),
          'other',
        );
      }
    }
  }

  /** `features["low"]`: an entry of a dictionary is a tensor of its own, the same each time. */
  private entryOf(expr: Extract<Expr, { kind: 'other' }>, env: Environment): Value | null {
    const [object, key] = expr.parts;
    if (expr.parts.length !== 2 || object?.kind !== 'name' || key?.kind !== 'string') return null;
    return this.variable(`${object.name}[${JSON.stringify(key.value)}]`, env);
  }

  private gather(expr: Expr, inputs: readonly Value[], name: string): Value | null {
    return inputs.length > 0 ? this.make('op', expr, inputs, { name }) : null;
  }

  private isSelf(expr: Expr): boolean {
    return expr.kind === 'name' && expr.name === this.self;
  }

  private variable(name: string, env: Environment): Value | null {
    const known = env.get(name);
    if (known !== undefined) return known;
    if (name === this.self || this.imports.binds(name)) return null;
    // A name from outside: the same unknown value each time.
    const value = this.source();
    env.set(name, value);
    return value;
  }

  private binary(expr: Extract<Expr, { kind: 'binary' }>, env: Environment): Value | null {
    const left = this.evaluate(expr.left, env);
    const right = this.evaluate(expr.right, env);
    if (!left || !right || !this.statement) return left ?? right;
    if (expr.operator !== '+') return this.make('op', expr, [left, right], { name: expr.operator });
    const value = this.make('add', expr, [left, right], { name: '+' });
    const operands = [
      { expr: expr.left, value: left },
      { expr: expr.right, value: right },
    ];
    this.additions.push({ value, statement: this.statement, operands, form: 'binary' });
    return value;
  }

  private itemValues(items: readonly Item[], env: Environment): Operand[] {
    return items.flatMap((item) => {
      if (item.value.kind === 'list') return this.itemValues(item.value.items, env);
      const value = item.value.kind === 'object' ? null : this.evaluate(item.value, env);
      return value ? [{ expr: item.value, value }] : [];
    });
  }

  private call(expr: CallExpr, env: Environment): Value | null {
    if (!this.statement) return null;
    const layer = this.appliedLayer(expr, env);
    const operands = this.itemValues(expr.args, env);
    const inputs = operands.map((operand) => operand.value);
    const path = this.imports.pathOf(expr.callee);
    const join = operands.length > 1 ? this.joinOf(layer, path) : null;
    if (join === '*') return this.make('op', expr, inputs, { name: '*' });
    if (join === '+') {
      const value = this.make('add', expr, inputs, { name: 'add' });
      this.additions.push({ value, statement: this.statement, operands, form: 'call' });
      return value;
    }
    if (layer) {
      const value = this.make('apply', expr, inputs, { layer });
      this.applications.push({ value, expr, statement: this.statement });
      return value;
    }
    const passage =
      inputs.length > 0 && !this.isLocal(expr.callee, env)
        ? this.reader.passage(expr, this.attributes)
        : null;
    if (passage) {
      const value = this.make('apply', expr, inputs, { layer: expr });
      // An SE block belongs inside a function that has a residual addition, so the call is no place for one.
      if (!passage.residual) this.applications.push({ value, expr, statement: this.statement });
      return value;
    }
    if (this.constructsLayer(expr)) return this.make('layer', expr, [], { layer: expr });
    const receiver =
      expr.callee.kind === 'member' && path === null && !this.isSelf(expr.callee.object)
        ? this.evaluate(expr.callee.object, env)
        : null;
    const added = receiver && this.tensorAddition(expr, receiver, operands, env);
    if (added) return added;
    const known = receiver ? [receiver, ...inputs] : inputs;
    return this.gather(expr, known, lastName(expr.callee) || 'call');
  }

  /** PyTorch's `x.add(y)` and, in place, `x.add_(y)`. */
  private tensorAddition(
    expr: CallExpr,
    receiver: Value,
    operands: readonly Operand[],
    env: Environment,
  ): Value | null {
    const { callee } = expr;
    const [other] = operands;
    const isAdd =
      this.reader.framework === 'pytorch' && callee.kind === 'member' && /^add_?$/.test(callee.property);
    if (!isAdd || !other || expr.args.length !== 1 || !this.statement) return null;
    const value = this.make('add', expr, [receiver, other.value], { name: 'add' });
    const alone = this.statement.kind === 'expression' && this.statement.value === expr;
    const inPlace = callee.property === 'add_' && alone;
    const form = inPlace ? 'update' : 'call';
    const target = { expr: callee.object, value: receiver };
    this.additions.push({ value, statement: this.statement, operands: [target, other], form });
    if (inPlace && callee.object.kind === 'name') env.set(callee.object.name, value);
    return value;
  }

  private constructsLayer(expr: CallExpr): boolean {
    const facts = this.reader.describe(expr, { attributes: null, function: null, definition: null });
    return facts.role !== 'unknown';
  }

  /** The layer of `self.conv(x)`, `layers.Conv2D(...)(x)`, `conv(x)` and, in tfjs, `layer.apply(x)`. */
  private appliedLayer(expr: CallExpr, env: Environment): Expr | null {
    const { callee } = expr;
    if (this.reader.framework === 'tfjs') {
      if (callee.kind !== 'member' || callee.property !== 'apply') return null;
      return this.heldLayer(callee.object, env) ?? (callee.object.kind === 'call' ? callee.object : null);
    }
    if (callee.kind === 'member' && this.isSelf(callee.object)) {
      return this.attributes?.isMethod(callee.property) ? null : callee;
    }
    return callee.kind === 'call' ? callee : this.heldLayer(callee, env);
  }

  private heldLayer(expr: Expr, env: Environment): Expr | null {
    if (expr.kind !== 'name') return null;
    const held = env.get(expr.name);
    return held?.kind === 'layer' ? held.layer : null;
  }

  private isLocal(callee: Expr, env: Environment): boolean {
    return callee.kind === 'name' && env.has(callee.name);
  }

  /** Whether the call adds or multiplies its arguments, itself or through the layer it applies. */
  private joinOf(layer: Expr | null, path: string | null): '+' | '*' | null {
    if (!layer) return path === null ? null : joinOf(path);
    const { role } = this.reader.describe(layer, {
      attributes: this.attributes,
      function: null,
      definition: null,
    });
    return role === 'add' ? '+' : role === 'multiply' ? '*' : null;
  }
}

/** Reads one function, or the top level where `scope` is null. `attributes` are those of the class it is a method of. */
export function readFlow(
  body: readonly Statement[],
  scope: FunctionNode | null,
  reader: LayerReader,
  attributes: ClassAttributes | null,
): Flow {
  const [self, ...rest] = scope?.parameters ?? [];
  const builder = new FlowBuilder(reader, attributes && self ? self.name : null, attributes);
  const env: Environment = new Map();
  for (const parameter of attributes || !self ? rest : [self, ...rest])
    env.set(parameter.name, builder.source());
  builder.run(body, env);
  return builder;
}
