/** Who sees what: the class and function around a place, the attributes a class defines, what helper functions return. */
import type { ClassNode, Expr, FunctionNode, Parameter, Statement } from '../syntax/ast';
import { eachStatement } from '../syntax/ast';

export interface AttributeDefinition {
  readonly value: Expr;
  /** The method that assigns it, e.g. `__init__`. */
  readonly method: FunctionNode;
  readonly statement: Statement;
  /** The statement of the method's own body that holds `statement`: the same one unless it is nested in an `if`. */
  readonly outer: Statement;
}

/** Every `self.name = value` of a class, by name, in source order. */
export class ClassAttributes {
  private static readonly read = new WeakMap<ClassNode, ClassAttributes>();
  private readonly byName = new Map<string, AttributeDefinition[]>();

  /** Of one class always the same object: a file asks for them many times. */
  static of(node: ClassNode): ClassAttributes {
    const known = ClassAttributes.read.get(node);
    if (known) return known;
    const attributes = new ClassAttributes(node);
    ClassAttributes.read.set(node, attributes);
    return attributes;
  }

  private constructor(readonly node: ClassNode) {
    for (const method of node.methods) {
      const self = method.parameters[0]?.name;
      if (self === undefined) continue;
      for (const outer of method.body) {
        for (const statement of eachStatement([outer])) {
          if (statement.kind !== 'assign') continue;
          for (const target of statement.targets) {
            if (target.kind !== 'member' || target.object.kind !== 'name' || target.object.name !== self)
              continue;
            const list = this.byName.get(target.property) ?? [];
            list.push({ value: statement.value, method, statement, outer });
            this.byName.set(target.property, list);
          }
        }
      }
    }
  }

  /** The annotated name of the class's own body, e.g. `conv: ModuleDef = nn.Conv`; null where there is none. */
  field(name: string): Parameter | null {
    return this.node.fields.find((field) => field.name === name) ?? null;
  }

  /** The value of `name = value` in the class's own body, without an annotation; null where there is none. */
  classValue(name: string): Expr | null {
    for (const statement of [...this.node.body].reverse()) {
      if (statement.kind !== 'assign') continue;
      if (statement.targets.some((target) => target.kind === 'name' && target.name === name))
        return statement.value;
    }
    return null;
  }

  definitionsOf(name: string): readonly AttributeDefinition[] {
    return this.byName.get(name) ?? [];
  }

  /** Whether the class has an attribute, a field or a method of that name. */
  has(name: string): boolean {
    return this.byName.has(name) || this.field(name) !== null || this.isMethod(name);
  }

  isMethod(name: string): boolean {
    return this.node.methods.some((method) => method.name === name);
  }

  method(name: string): FunctionNode | null {
    return this.node.methods.filter((method) => method.name === name).at(-1) ?? null;
  }
}

/** Whether the method makes its layers where it calls them, as linen's `@nn.compact` says. */
export function isCompact(method: FunctionNode): boolean {
  return method.decorators.some((decorator) => /(^|\.)compact$/.test(decorator));
}

/** The values assigned to a local name anywhere in a function, its parameter's default first. */
export function localValues(scope: FunctionNode, name: string): Expr[] {
  const fallback = scope.parameters.find((parameter) => parameter.name === name)?.fallback;
  const values: Expr[] = fallback ? [fallback] : [];
  for (const statement of eachStatement(scope.body)) {
    if (statement.kind !== 'assign') continue;
    if (statement.targets.some((target) => target.kind === 'name' && target.name === name))
      values.push(statement.value);
  }
  return values;
}

/** The one expression a function returns, or null where it returns several or none. */
export function onlyReturn(node: FunctionNode): Expr | null {
  const returns = [...eachStatement(node.body)].filter((statement) => statement.kind === 'return');
  return returns.length === 1 ? (returns[0]?.value ?? null) : null;
}
