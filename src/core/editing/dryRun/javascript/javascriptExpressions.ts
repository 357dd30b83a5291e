/** Reads TypeScript/JavaScript expressions from a Lezer tree; `javascriptStatements` adds the statements. Total, like the reading of Python. */
import type { SyntaxNode } from '@lezer/common';
import type { Argument, Code, Element, FunctionCode, TextPart } from '../code/code';
import type { Span } from '../../syntax/ast';
import { childNodes, MAX_DEPTH, numberOf } from '../../syntax/treeNodes';
import { unescaped } from '../code/escapes';
import { commaGroups, readTarget } from './patterns';

const FUNCTIONS = /^(ArrowFunction|FunctionExpression|FunctionDeclaration)$/;
const COMPARISONS = /^([<>]=?|[=!]==?|in|instanceof)$/;
const LOGICAL: Readonly<Record<string, 'and' | 'or' | '??'>> = { '&&': 'and', '||': 'or', '??': '??' };

export abstract class JavascriptExpressions {
  protected depth = 0;

  constructor(protected readonly text: string) {}

  /** `name`: of the variable that an arrow function is given to. */
  protected abstract functionCode(node: SyntaxNode, name: string): FunctionCode;

  slice(span: Span): string {
    return this.text.slice(span.from, span.to);
  }

  parts(node: SyntaxNode): SyntaxNode[] {
    return childNodes(node).filter((child) => !child.name.endsWith('Comment'));
  }

  unread(what: string, { from, to }: Span): Code {
    return { kind: 'unread', what, from, to };
  }

  expression(node: SyntaxNode, name = ''): Code {
    const span = { from: node.from, to: node.to };
    if (this.depth >= MAX_DEPTH) return this.unread('an expression nested too deep', span);
    this.depth += 1;
    try {
      return this.expressionKind(node, span, name);
    } finally {
      this.depth -= 1;
    }
  }

  private expressionKind(node: SyntaxNode, span: Span, name: string): Code {
    if (node.type.isError) return this.unread('code that does not parse', span);
    if (FUNCTIONS.test(node.name))
      return { kind: 'function', function: this.functionCode(node, name), ...span };
    switch (node.name) {
      case 'VariableName':
      case 'VariableDefinition':
      case 'this':
        return this.nameCode(node, span);
      case 'Number': {
        const value = numberOf(this.slice(node));
        return Number.isNaN(value)
          ? this.unread(`the number \`${this.slice(node)}\``, span)
          : { kind: 'literal', value, ...span };
      }
      case 'String':
        return { kind: 'literal', value: stringValue(this.slice(node)), ...span };
      case 'BooleanLiteral':
        return { kind: 'literal', value: this.slice(node) === 'true', ...span };
      case 'null':
        return { kind: 'literal', value: null, ...span };
      case 'super':
        return superCode(span);
      case 'TemplateString':
        return { kind: 'text', parts: this.templateParts(node), ...span };
      default:
        return this.compound(node, this.parts(node), span);
    }
  }

  private nameCode(node: SyntaxNode, span: Span): Code {
    const name = this.slice(node);
    return name === 'undefined'
      ? { kind: 'literal', value: undefined, ...span }
      : { kind: 'name', name, ...span };
  }

  private compound(node: SyntaxNode, parts: readonly SyntaxNode[], span: Span): Code {
    const [first, second, third] = parts;
    const last = parts.at(-1);
    if (!first || !last) return this.unread(`\`${this.slice(span)}\``, span);
    switch (node.name) {
      case 'ParenthesizedExpression':
        return second && parts.length === 3 ? this.expression(second) : this.unread('`()`', span);
      case 'MemberExpression':
        return this.memberCode(parts, span);
      case 'CallExpression':
      case 'NewExpression':
        return this.call(parts, span);
      case 'InstantiationExpression':
        return this.expression(first);
      case 'BinaryExpression':
        if (!second || !third || parts.length !== 3) break;
        if (second.name === 'as' || second.name === 'satisfies') return this.expression(first);
        return this.binary(this.slice(second), first, third, span);
      case 'UnaryExpression':
        return this.unary(this.slice(first), last, span);
      case 'PostfixExpression': {
        const operator = this.slice(last);
        return operator === '!' ? this.expression(first) : this.counted(operator, first, true, span);
      }
      case 'PrefixCast':
      case 'AwaitExpression':
        return this.expression(last);
      case 'ConditionalExpression':
        if (!third || parts.length !== 5) break;
        return {
          kind: 'conditional',
          test: this.expression(first),
          whenTrue: this.expression(third),
          whenFalse: this.expression(last),
          ...span,
        };
      case 'AssignmentExpression':
        if (!second || !third) break;
        return this.assigned(this.slice(second), first, third, span);
      case 'ArrayExpression':
        return { kind: 'sequence', type: 'list', elements: this.elements(parts.slice(1, -1)), ...span };
      case 'ObjectExpression':
        return { kind: 'dictionary', entries: parts.flatMap((part) => this.entry(part)), ...span };
      case 'YieldExpression': {
        const all = second?.name === 'Star';
        const value = parts[all ? 2 : 1];
        return { kind: 'yield', value: value ? this.expression(value) : null, all, ...span };
      }
      default:
    }
    return this.unread(`\`${this.slice(span).slice(0, 40)}\``, span);
  }

  private memberCode(parts: readonly SyntaxNode[], span: Span): Code {
    const [first] = parts;
    const last = parts.at(-1);
    if (!first || !last) return this.unread('a member', span);
    const object = this.expression(first);
    const optional = parts.some((part) => part.name === '?.');
    if (last.name === 'PropertyName' || last.name === 'PrivatePropertyName')
      return { kind: 'member', object, property: this.slice(last), optional, ...span };
    const index = parts.at(-2);
    if (last.name !== ']' || !index) return this.unread('a member', span);
    return { kind: 'subscript', object, index: this.expression(index), ...span };
  }

  private call(parts: readonly SyntaxNode[], span: Span): Code {
    const callee = parts.find((part) => part.name !== 'new' && part.name !== '?.');
    const list = parts.at(-1);
    if (!callee) return this.unread('a call', span);
    const args = list?.name === 'ArgList' ? this.callArguments(list) : [];
    // `super(...)` runs the constructor of the base class.
    if (callee.name === 'super') {
      const construct: Code = {
        kind: 'member',
        object: superCode(callee),
        property: 'constructor',
        optional: false,
        ...span,
      };
      return { kind: 'call', callee: construct, args, ...span };
    }
    return { kind: 'call', callee: this.expression(callee), args, ...span };
  }

  private binary(operator: string, left: SyntaxNode, right: SyntaxNode, span: Span): Code {
    const logical = LOGICAL[operator];
    if (logical)
      return {
        kind: 'logical',
        operator: logical,
        left: this.expression(left),
        right: this.expression(right),
        ...span,
      };
    if (COMPARISONS.test(operator)) {
      const rest = [{ operator, operand: this.expression(right) }];
      return { kind: 'compare', first: this.expression(left), rest, ...span };
    }
    return { kind: 'binary', operator, left: this.expression(left), right: this.expression(right), ...span };
  }

  private unary(operator: string, operand: SyntaxNode, span: Span): Code {
    if (operator === '++' || operator === '--') return this.counted(operator, operand, false, span);
    const code = this.expression(operand);
    return { kind: 'unary', operator: operator === '!' ? 'not' : operator, operand: code, ...span };
  }

  /** `x++` and the like. */
  private counted(operator: string, target: SyntaxNode, answersOld: boolean, span: Span): Code {
    const value: Code = { kind: 'literal', value: 1, ...span };
    return {
      kind: 'update',
      operator: operator.charAt(0),
      target: this.expression(target),
      value,
      answersOld,
      ...span,
    };
  }

  private assigned(operator: string, targetNode: SyntaxNode, valueNode: SyntaxNode, span: Span): Code {
    const target = readTarget(this, targetNode);
    if (operator === '=') return { kind: 'store', target, value: this.expression(valueNode), ...span };
    const logical = LOGICAL[operator.slice(0, -1)];
    const value = this.expression(valueNode);
    if (!logical)
      return { kind: 'update', operator: operator.slice(0, -1), target, value, answersOld: false, ...span };
    const chosen: Code = { kind: 'logical', operator: logical, left: target, right: value, ...span };
    return { kind: 'store', target, value: chosen, ...span };
  }

  private templateParts(node: SyntaxNode): TextPart[] {
    const parts: TextPart[] = [];
    let position = node.from + 1;
    const plain = (to: number): void => {
      if (position < to) parts.push(unescaped(this.text.slice(position, to), false));
    };
    for (const hole of node.getChildren('Interpolation')) {
      plain(hole.from);
      const value = childNodes(hole).find((child) => !child.name.startsWith('Interpolation'));
      if (value) parts.push({ value: this.expression(value), conversion: '', spec: [] });
      position = hole.to;
    }
    plain(node.to - 1);
    return parts;
  }

  private elements(nodes: readonly SyntaxNode[]): Element[] {
    return spreadGroups(nodes).map(({ spread, node }) => ({ spread, value: this.expression(node) }));
  }

  private callArguments(list: SyntaxNode): Argument[] {
    return spreadGroups(this.parts(list).slice(1, -1)).map(({ spread, node }) => ({
      kind: spread ? 'spread' : 'plain',
      name: '',
      value: this.expression(node),
    }));
  }

  private entry(node: SyntaxNode): { key: Code | null; value: Code }[] {
    if (node.name !== 'Property') return [];
    const parts = this.parts(node);
    const [first, second] = parts;
    const last = parts.at(-1);
    if (!first || !last) return [];
    if (first.name === 'Spread') return [{ key: null, value: this.expression(last) }];
    const span = { from: first.from, to: first.to };
    if (first.name === '[' && second) return [{ key: this.expression(second), value: this.expression(last) }];
    const name = first.name === 'String' ? stringValue(this.slice(first)) : this.slice(first);
    const key: Code = { kind: 'literal', value: name, ...span };
    if (parts.some((part) => part.name === 'ParamList')) {
      const method = this.functionCode(node, name);
      return [{ key, value: { kind: 'function', function: method, from: node.from, to: node.to } }];
    }
    // Shorthand `{ filters }` reads the variable of that name.
    if (parts.length === 1) return [{ key, value: this.nameCode(first, span) }];
    return [{ key, value: this.expression(last, name) }];
  }
}

/** `super` alone: Python's call without arguments. */
function superCode({ from, to }: Span): Code {
  return { kind: 'call', callee: { kind: 'name', name: 'super', from, to }, args: [], from, to };
}

export function stringValue(token: string): string {
  return unescaped(
    token.slice(1, token.length > 1 && token.endsWith(token.charAt(0)) ? -1 : undefined),
    false,
  );
}

function spreadGroups(nodes: readonly SyntaxNode[]): { spread: boolean; node: SyntaxNode }[] {
  return commaGroups(nodes).flatMap((group) => {
    const node = group.at(-1);
    return node ? [{ spread: group[0]?.name === 'Spread', node }] : [];
  });
}
