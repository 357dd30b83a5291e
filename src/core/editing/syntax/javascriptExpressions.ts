/** Lowers TypeScript/JavaScript expressions; `lowerJavascript` adds the statements. */
import type { SyntaxNode } from '@lezer/common';
import type { ClassNode, Expr, FunctionNode, Item, Span } from './ast';
import { childNodes, MAX_DEPTH, numberOf, stringOf } from './treeNodes';

const FUNCTION_KINDS = new Set([
  'ArrowFunction',
  'FunctionExpression',
  'FunctionDeclaration',
  'MethodDeclaration',
]);

export abstract class JavascriptExpressions {
  protected depth = 0;

  constructor(protected readonly text: string) {}

  /** Lowers a function or class inside an expression and notes it. */
  protected abstract functionNode(node: SyntaxNode): FunctionNode;
  protected abstract classNode(node: SyntaxNode): ClassNode;

  protected slice(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  protected items(list: SyntaxNode): Item[] {
    const items: Item[] = [];
    let spread: SyntaxNode | null = null;
    for (const node of childNodes(list)) {
      if (node.name === 'Spread') spread = node;
      else if (node.name === ',') {
        const last = items.at(-1);
        if (last) items[items.length - 1] = { ...last, comma: node.to };
      } else if (node.type.is('Expression')) {
        items.push({
          name: null,
          value: this.expression(node),
          spread: spread !== null,
          comma: null,
          from: spread?.from ?? node.from,
          to: node.to,
        });
        spread = null;
      }
    }
    return items;
  }

  protected expression(node: SyntaxNode): Expr {
    if (this.depth >= MAX_DEPTH) return { kind: 'other', parts: [], from: node.from, to: node.to };
    this.depth += 1;
    try {
      return this.expressionKind(node, { from: node.from, to: node.to });
    } finally {
      this.depth -= 1;
    }
  }

  private expressionKind(node: SyntaxNode, span: Span): Expr {
    const children = childNodes(node).filter((child) => !child.name.endsWith('Comment'));
    const [first, second, third] = children;
    const last = children.at(-1);
    if (FUNCTION_KINDS.has(node.name)) this.functionNode(node);
    if (node.name === 'ClassExpression') this.classNode(node);
    switch (node.name) {
      case 'VariableName':
      case 'VariableDefinition':
      case 'this':
        return { kind: 'name', name: this.slice(node), ...span };
      case 'Number':
        return { kind: 'number', value: numberOf(this.slice(node)), ...span };
      case 'String':
        return { kind: 'string', value: stringOf(this.slice(node)), ...span };
      case 'MemberExpression':
        if (!first || last?.name !== 'PropertyName') break;
        return { kind: 'member', object: this.expression(first), property: this.slice(last), ...span };
      case 'CallExpression':
        if (!first || last?.name !== 'ArgList') break;
        return {
          kind: 'call',
          callee: this.expression(first),
          args: this.items(last),
          isNew: false,
          ...span,
        };
      case 'NewExpression':
        if (!second) break;
        return {
          kind: 'call',
          callee: this.expression(second),
          args: last?.name === 'ArgList' ? this.items(last) : [],
          isNew: true,
          ...span,
        };
      case 'BinaryExpression':
        if (!first || !second || !third || children.length !== 3) break;
        if (second.name === 'as' || second.name === 'satisfies') {
          return {
            kind: 'cast',
            value: this.expression(first),
            castText: this.text.slice(first.to, node.to),
            ...span,
          };
        }
        return {
          kind: 'binary',
          operator: this.slice(second),
          left: this.expression(first),
          right: this.expression(third),
          ...span,
        };
      case 'PostfixExpression':
        if (!first || !second || this.slice(second) !== '!') break;
        return { kind: 'cast', value: this.expression(first), castText: '!', ...span };
      case 'ParenthesizedExpression':
        if (!second || children.length !== 3) break;
        return { ...this.expression(second), ...span };
      case 'ArrayExpression':
        return { kind: 'list', items: this.items(node), bracket: '[', ...span };
      case 'ConditionalExpression':
        if (!third || !last || children.length !== 5) break;
        return {
          kind: 'conditional',
          whenTrue: this.expression(third),
          whenFalse: this.expression(last),
          ...span,
        };
      case 'ObjectExpression':
        return { kind: 'object', properties: children.flatMap((child) => this.property(child)), ...span };
      default:
    }
    const parts = FUNCTION_KINDS.has(node.name)
      ? []
      : children.filter((child) => child.type.is('Expression'));
    return { kind: 'other', parts: parts.map((child) => this.expression(child)), ...span };
  }

  private property(node: SyntaxNode): { name: string; value: Expr }[] {
    if (node.name !== 'Property') return [];
    const key = node.firstChild;
    if (!key) return [];
    if (node.getChild('ParamList')) {
      this.functionNode(node);
      return [];
    }
    const value = node.lastChild;
    const name = stringOf(this.slice(key));
    // Shorthand `{ filters }` reads the variable of that name.
    if (!value || value.from === key.from)
      return [{ name, value: { kind: 'name', name, from: key.from, to: key.to } }];
    return [{ name, value: this.expression(value) }];
  }
}
