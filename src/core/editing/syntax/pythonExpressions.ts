/** Lowers Python expressions; `lowerPython` adds the statements. */
import type { SyntaxNode } from '@lezer/common';
import type { Expr, Item, Span } from './ast';
import { childNodes, MAX_DEPTH, numberOf, stringOf } from './treeNodes';

export class PythonExpressions {
  protected depth = 0;

  constructor(protected readonly text: string) {}

  protected slice(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  /** One expression, or a bare tuple where commas separate several. */
  protected expressions(nodes: readonly SyntaxNode[], span: Span): Expr {
    const [only] = nodes;
    if (only && nodes.length === 1) return this.expression(only);
    const from = only?.from ?? span.from;
    const to = nodes.at(-1)?.to ?? span.to;
    if (!nodes.some((node) => node.name === ',')) return { kind: 'other', parts: [], from, to };
    return { kind: 'list', items: this.items(nodes), bracket: '', from, to };
  }

  protected items(nodes: readonly SyntaxNode[]): Item[] {
    const items: Item[] = [];
    let pending: SyntaxNode[] = [];
    const finish = (comma: SyntaxNode | null): void => {
      const first = pending[0];
      const last = pending.at(-1);
      if (!first || !last) return;
      const spread = first.name === '*' || first.name === '**';
      const keyword = pending[1]?.name === 'AssignOp' ? this.slice(first) : null;
      const comprehension = pending.some((node) => node.name === 'for');
      const value: Expr =
        comprehension || pending.length > (keyword !== null ? 3 : spread ? 2 : 1)
          ? { kind: 'other', parts: [], from: first.from, to: last.to }
          : this.expression(last);
      items.push({ name: keyword, value, spread, comma: comma?.to ?? null, from: first.from, to: last.to });
      pending = [];
    };
    for (const node of nodes) {
      if (node.name === ',') finish(node);
      else if (!['(', ')', '[', ']', 'Comment'].includes(node.name)) pending.push(node);
    }
    finish(null);
    return items;
  }

  expression(node: SyntaxNode): Expr {
    if (this.depth >= MAX_DEPTH) return { kind: 'other', parts: [], from: node.from, to: node.to };
    this.depth += 1;
    try {
      return this.expressionKind(node, { from: node.from, to: node.to });
    } finally {
      this.depth -= 1;
    }
  }

  private expressionKind(node: SyntaxNode, span: Span): Expr {
    const children = childNodes(node).filter((child) => child.name !== 'Comment');
    const [first, second, third] = children;
    const last = children.at(-1);
    switch (node.name) {
      case 'VariableName':
        return { kind: 'name', name: this.slice(node), ...span };
      case 'Number':
        return { kind: 'number', value: numberOf(this.slice(node)), ...span };
      case 'String':
        return { kind: 'string', value: stringOf(this.slice(node)), ...span };
      case 'MemberExpression':
        if (first && second?.name === '.' && third?.name === 'PropertyName') {
          return { kind: 'member', object: this.expression(first), property: this.slice(third), ...span };
        }
        break;
      case 'CallExpression':
        if (!first || last?.name !== 'ArgList') break;
        return {
          kind: 'call',
          callee: this.expression(first),
          args: this.items(childNodes(last)),
          isNew: false,
          ...span,
        };
      case 'BinaryExpression':
        if (children.length !== 3 || !first || !second || !third) break;
        return {
          kind: 'binary',
          operator: this.slice(second),
          left: this.expression(first),
          right: this.expression(third),
          ...span,
        };
      case 'ParenthesizedExpression':
        if (children.length !== 3 || !second) break;
        return { ...this.expression(second), ...span };
      case 'TupleExpression':
      case 'ArrayExpression':
        return {
          kind: 'list',
          items: this.items(childNodes(node)),
          bracket: node.name === 'ArrayExpression' ? '[' : '(',
          ...span,
        };
      case 'ConditionalExpression':
        if (children.length !== 5 || !first || !last) break;
        return {
          kind: 'conditional',
          whenTrue: this.expression(first),
          whenFalse: this.expression(last),
          ...span,
        };
      default:
    }
    const parts =
      node.type.is('Expression') || node.name === 'NamedExpression'
        ? children.filter((child) => child.type.is('Expression'))
        : [];
    return { kind: 'other', parts: parts.map((child) => this.expression(child)), ...span };
  }
}
