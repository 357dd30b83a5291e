/** Reads Python expressions from a Lezer tree; `pythonStatements` adds the statements. Total: what it does not know is `unread`. */
import type { SyntaxNode } from '@lezer/common';
import type { Argument, Code, Element, Parameter, SequenceType } from '../code/code';
import { lazily } from '../code/code';
import { Float } from '../values/numbers';
import type { Span } from '../../syntax/ast';
import { childNodes, MAX_DEPTH, numberOf } from '../../syntax/treeNodes';
import { comprehension } from './comprehensions';
import { formatParts } from './formatStrings';
import { spanOf } from './nodeSpans';
import { pythonTest, testTokens } from './pythonTests';
import { stringValue } from './stringLiteral';

const BRACKETS = new Set(['(', ')', '[', ']', '{', '}']);

export class PythonExpressions {
  protected depth = 0;

  constructor(readonly text: string) {}

  slice(span: Span): string {
    return this.text.slice(span.from, span.to);
  }

  /** Direct children without comments. */
  parts(node: SyntaxNode): SyntaxNode[] {
    return childNodes(node).filter((child) => child.name !== 'Comment');
  }

  /** One expression, or a bare tuple where commas separate several. */
  expressions(nodes: readonly SyntaxNode[], span: Span): Code {
    const [only] = nodes;
    if (only && nodes.length === 1) return this.expression(only);
    const from = only?.from ?? span.from;
    const to = nodes.at(-1)?.to ?? span.to;
    if (!nodes.some((node) => node.name === ',')) return this.unread('code that does not parse', span);
    return { kind: 'sequence', type: 'tuple', elements: this.elements(nodes), from, to };
  }

  expression(node: SyntaxNode): Code {
    const span = { from: node.from, to: node.to };
    if (this.depth >= MAX_DEPTH) return this.unread('an expression nested too deep', span);
    this.depth += 1;
    try {
      return this.expressionKind(node, span);
    } finally {
      this.depth -= 1;
    }
  }

  unread(what: string, { from, to }: Span): Code {
    return { kind: 'unread', what, from, to };
  }

  private expressionKind(node: SyntaxNode, span: Span): Code {
    if (node.type.isError) return this.unread('code that does not parse', span);
    switch (node.name) {
      case 'VariableName':
        return { kind: 'name', name: this.slice(node), ...span };
      case 'Number':
        return this.number(span);
      case 'String':
        return { kind: 'literal', value: stringValue(this.slice(node)), ...span };
      case 'Boolean':
        return { kind: 'literal', value: this.slice(node) === 'True', ...span };
      case 'None':
        return { kind: 'literal', value: null, ...span };
      case 'FormatString':
        return { kind: 'text', parts: formatParts(this, node), ...span };
      case 'ContinuedString':
        return {
          kind: 'text',
          parts: this.parts(node).flatMap((part) =>
            part.name === 'FormatString' ? formatParts(this, part) : [stringValue(this.slice(part))],
          ),
          ...span,
        };
      default:
        return this.compound(node, this.parts(node), span);
    }
  }

  private compound(node: SyntaxNode, parts: readonly SyntaxNode[], span: Span): Code {
    const [first, second, third] = parts;
    const last = parts.at(-1);
    if (!first || !last) return this.unread(`\`${this.slice(span)}\``, span);
    switch (node.name) {
      case 'MemberExpression':
        if (second?.name === '[') {
          const index = this.subscript(parts.slice(2, -1), span);
          return { kind: 'subscript', object: this.expression(first), index, ...span };
        }
        if (third?.name !== 'PropertyName') break;
        return {
          kind: 'member',
          object: this.expression(first),
          property: this.slice(third),
          optional: false,
          ...span,
        };
      case 'CallExpression':
        if (last.name !== 'ArgList') break;
        return {
          kind: 'call',
          callee: this.expression(first),
          args: this.callArguments(this.parts(last)),
          ...span,
        };
      case 'BinaryExpression':
      case 'UnaryExpression': {
        const tokens = testTokens(node, this.text);
        if (tokens) return pythonTest(tokens, span, (operand) => this.expression(operand));
        if (node.name === 'UnaryExpression' && second) {
          return {
            kind: 'unary',
            operator: this.slice(first),
            operand: this.expression(second),
            ...span,
          };
        }
        if (!second || !third || parts.length !== 3) break;
        const operator = this.slice(second);
        return {
          kind: 'binary',
          operator,
          left: this.expression(first),
          right: this.expression(third),
          ...span,
        };
      }
      case 'ConditionalExpression':
        if (!third || parts.length !== 5) break;
        return {
          kind: 'conditional',
          test: this.expression(third),
          whenTrue: this.expression(first),
          whenFalse: this.expression(last),
          ...span,
        };
      case 'NamedExpression':
        return { kind: 'store', target: this.expression(first), value: this.expression(last), ...span };
      case 'ParenthesizedExpression':
        return second && parts.length === 3 ? this.expression(second) : this.unread('`()`', span);
      case 'LambdaExpression':
        return this.lambda(node, last, span);
      case 'YieldExpression':
        return this.yielded(parts, span);
      case 'TupleExpression':
        return this.sequence('tuple', parts, span);
      case 'ArrayExpression':
        return this.sequence('list', parts, span);
      case 'SetExpression':
        return this.sequence('set', parts, span);
      case 'ComprehensionExpression':
        return comprehension(this, 'generator', parts.slice(1, -1), span);
      case 'ArrayComprehensionExpression':
        return comprehension(this, 'list', parts.slice(1, -1), span);
      case 'SetComprehensionExpression':
        return comprehension(this, 'set', parts.slice(1, -1), span);
      case 'DictionaryComprehensionExpression':
        return comprehension(this, 'dictionary', parts.slice(1, -1), span);
      case 'DictionaryExpression':
        return this.dictionary(parts.slice(1, -1), span);
      default:
    }
    return this.unread(`\`${this.slice(span).slice(0, 40)}\``, span);
  }

  private number(span: Span): Code {
    const text = this.slice(span);
    const value = numberOf(text);
    if (Number.isNaN(value) || /[jJ]$/.test(text)) return this.unread(`the number \`${text}\``, span);
    const isFloat = !/^0[xXbBoO]/.test(text) && /[.eE]/.test(text);
    if (!isFloat && !Number.isSafeInteger(value)) return this.unread('a whole number beyond 2^53', span);
    return { kind: 'literal', value: isFloat ? new Float(value) : value, ...span };
  }

  /** Groups of nodes between commas. */
  protected groups(nodes: readonly SyntaxNode[]): SyntaxNode[][] {
    const groups: SyntaxNode[][] = [[]];
    for (const node of nodes) {
      if (node.name === ',') groups.push([]);
      else groups.at(-1)?.push(node);
    }
    return groups.filter((group) => group.length > 0);
  }

  private elements(nodes: readonly SyntaxNode[]): Element[] {
    return this.groups(nodes.filter((node) => !BRACKETS.has(node.name))).map((group) => ({
      spread: group[0]?.name === '*',
      value: this.expressions(group[0]?.name === '*' ? group.slice(1) : group, spanOf(group)),
    }));
  }

  private sequence(type: SequenceType, nodes: readonly SyntaxNode[], span: Span): Code {
    return { kind: 'sequence', type, elements: this.elements(nodes), ...span };
  }

  protected callArguments(nodes: readonly SyntaxNode[]): Argument[] {
    const inside = nodes.filter((node) => !BRACKETS.has(node.name));
    // A generator is the only argument; its commas are those of its targets.
    if (inside.some((node) => node.name === 'for')) {
      const value = comprehension(this, 'generator', inside, spanOf(inside));
      return [{ kind: 'plain', name: '', value }];
    }
    return this.groups(inside).map((group): Argument => {
      const [first, second] = group;
      const span = spanOf(group);
      if (first?.name === '*' || first?.name === '**') {
        const kind = first.name === '*' ? 'spread' : 'namedSpread';
        return { kind, name: '', value: this.expressions(group.slice(1), span) };
      }
      if (first && second?.name === 'AssignOp') {
        const value = this.expressions(group.slice(2), span);
        if (this.slice(second) === '=') return { kind: 'named', name: this.slice(first), value };
        return {
          kind: 'plain',
          name: '',
          value: { kind: 'store', target: this.expression(first), value, ...span },
        };
      }
      const value = this.expressions(group, span);
      return { kind: 'plain', name: '', value };
    });
  }

  private subscript(nodes: readonly SyntaxNode[], span: Span): Code {
    const pieces = this.groups(nodes).map((group) => this.subscriptPiece(group, spanOf(group)));
    const [only] = pieces;
    if (!only) return this.unread('an empty subscript', span);
    if (pieces.length === 1 && nodes.at(-1)?.name !== ',') return only;
    const elements = pieces.map((value) => ({ spread: false, value }));
    return { kind: 'sequence', type: 'tuple', elements, ...span };
  }

  private subscriptPiece(group: readonly SyntaxNode[], span: Span): Code {
    if (!group.some((node) => node.name === ':')) return this.expressions(group, span);
    const bounds: (Code | null)[] = [null, null, null];
    let at = 0;
    for (const node of group) {
      if (node.name === ':') at += 1;
      else bounds[at] = this.expression(node);
    }
    const [lower = null, upper = null, step = null] = bounds;
    return { kind: 'slice', lower, upper, step, ...span };
  }

  private dictionary(nodes: readonly SyntaxNode[], span: Span): Code {
    const entries = this.groups(nodes).map((group) => {
      const [first, second, third] = group;
      if (first?.name === '**' && second) return { key: null, value: this.expression(second) };
      if (first && second?.name === ':' && third)
        return { key: this.expression(first), value: this.expression(third) };
      return { key: null, value: this.unread('code that does not parse', spanOf(group)) };
    });
    return { kind: 'dictionary', entries, ...span };
  }

  private lambda(node: SyntaxNode, bodyNode: SyntaxNode, span: Span): Code {
    const list = node.getChild('ParamList');
    const body = lazily(() => [
      {
        kind: 'return' as const,
        value: this.expression(bodyNode),
        from: bodyNode.from,
        to: bodyNode.to,
      },
    ]);
    return {
      kind: 'function',
      function: {
        name: '',
        parameters: list ? this.parameters(list) : [],
        body,
        yields: false,
        returns: true,
        ...span,
      },
      ...span,
    };
  }

  protected yielded(parts: readonly SyntaxNode[], span: Span): Code {
    const all = parts[1]?.name === 'from';
    const rest = parts.slice(all ? 2 : 1).filter((part) => !part.type.isError);
    return { kind: 'yield', value: rest.length > 0 ? this.expressions(rest, span) : null, all, ...span };
  }

  protected parameters(list: SyntaxNode): Parameter[] {
    let byName = false;
    const nodes = this.parts(list).filter((node) => !BRACKETS.has(node.name) && node.name !== 'TypeDef');
    return this.groups(nodes).flatMap((group): Parameter[] => {
      const stars = group[0]?.name ?? '';
      const name = group.find((node) => node.name === 'VariableName');
      if (stars === '*') byName = true;
      if (!name) return [];
      const assign = group.findIndex((node) => node.name === 'AssignOp');
      const fallback = group[assign + 1];
      return [
        {
          name: this.slice(name),
          kind: stars === '*' ? 'rest' : stars === '**' ? 'namedRest' : byName ? 'named' : 'plain',
          fallback: assign >= 0 && fallback ? this.expression(fallback) : null,
          pattern: null,
        },
      ];
    });
  }
}
