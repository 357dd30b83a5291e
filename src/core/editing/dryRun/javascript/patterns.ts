/** Reads what stands on the left of assignments, and parameters. */
import type { SyntaxNode } from '@lezer/common';
import type { Code, Element, Parameter } from '../code/code';
import type { Span } from '../../syntax/ast';
import { MAX_DEPTH } from '../../syntax/treeNodes';

/** What it asks of the reader of all expressions. */
export interface PatternReader {
  slice(span: Span): string;
  /** Direct children without comments. */
  parts(node: SyntaxNode): SyntaxNode[];
  expression(node: SyntaxNode): Code;
}

/** What stands on the left of an assignment. */
export function readTarget(reader: PatternReader, node: SyntaxNode, depth = 0): Code {
  const span = { from: node.from, to: node.to };
  if (depth > MAX_DEPTH) return { kind: 'unread', what: 'a pattern nested too deep', ...span };
  if (node.name === 'ObjectPattern') return objectPattern(reader, node, span, depth);
  if (node.name !== 'ArrayPattern') return reader.expression(node);
  const elements = commaGroups(reader.parts(node).slice(1, -1)).map((group): Element => {
    const spread = group[0]?.name === 'Spread';
    const target = spread ? group[1] : group[0];
    const equals = group.findIndex((part) => part.name === 'Equals');
    const fallback = group[equals + 1];
    return {
      spread,
      value: target ? readTarget(reader, target, depth + 1) : { kind: 'name', name: '', ...span },
      ...(equals >= 0 && fallback ? { fallback: reader.expression(fallback) } : {}),
    };
  });
  return { kind: 'sequence', type: 'list', elements, ...span };
}

function objectPattern(reader: PatternReader, node: SyntaxNode, span: Span, depth: number): Code {
  const entries: { key: string; target: Code; fallback: Code | null }[] = [];
  let rest: Code | null = null;
  for (const property of node.getChildren('PatternProperty')) {
    const parts = reader.parts(property);
    const [first] = parts;
    if (!first) continue;
    const colon = parts.findIndex((part) => part.name === ':');
    const equals = parts.findIndex((part) => part.name === 'Equals');
    const target = parts[colon + 1] ?? first;
    const fallback = parts[equals + 1];
    if (first.name === 'Spread') rest = readTarget(reader, parts[1] ?? first, depth + 1);
    else
      entries.push({
        key: reader.slice(first),
        target: readTarget(reader, target, depth + 1),
        fallback: equals >= 0 && fallback ? reader.expression(fallback) : null,
      });
  }
  return { kind: 'pattern', entries, rest, ...span };
}

export function readParameters(reader: PatternReader, list: SyntaxNode): Parameter[] {
  const nodes = reader.parts(list).filter((part) => part.name !== '(' && part.name !== ')');
  return commaGroups(nodes).flatMap((group): Parameter[] => {
    const target = group.find((part) => /^(VariableDefinition|ObjectPattern|ArrayPattern)$/.test(part.name));
    if (!target) return [];
    const equals = group.findIndex((part) => part.name === 'Equals');
    const fallback = group[equals + 1];
    const isName = target.name === 'VariableDefinition';
    return [
      {
        name: isName ? reader.slice(target) : '',
        kind: group.some((part) => part.name === 'Spread') ? 'rest' : 'plain',
        fallback: equals >= 0 && fallback ? reader.expression(fallback) : null,
        pattern: isName ? null : readTarget(reader, target),
      },
    ];
  });
}

/** Nodes between commas; a group without nodes is a hole. */
export function commaGroups(nodes: readonly SyntaxNode[]): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === ',') groups.push([]);
    else groups.at(-1)?.push(node);
  }
  if (groups.at(-1)?.length === 0) groups.pop();
  return groups;
}
