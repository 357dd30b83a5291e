/** The members of a JavaScript class as statements of a class body. `this` is the first parameter of each method, as `self` is in Python. */
import type { SyntaxNode } from '@lezer/common';
import type { Code, FunctionCode, Parameter, Statement } from '../code/code';
import { lazily } from '../code/code';
import type { Span } from '../../syntax/ast';
import { childNodes } from '../../syntax/treeNodes';

export interface MemberReader {
  slice(span: Span): string;
  expression(node: SyntaxNode): Code;
  functionCode(node: SyntaxNode, name: string): FunctionCode;
}

const THIS: Parameter = { name: 'this', kind: 'plain', fallback: null, pattern: null };

export function readClassMembers(
  members: readonly SyntaxNode[],
  isDerived: boolean,
  reader: MemberReader,
): Statement[] {
  const statements: Statement[] = [];
  const fields: Statement[] = [];
  let constructor: { code: FunctionCode; node: SyntaxNode } | null = null;
  for (const node of members) {
    const span = { from: node.from, to: node.to };
    const parts = childNodes(node);
    const nameNode = parts.find((part) => /^(Private)?PropertyDefinition$/.test(part.name));
    if (!nameNode) continue;
    const name = reader.slice(nameNode);
    const isStatic = parts.some((part) => part.name === 'static');
    if (node.name === 'PropertyDeclaration') {
      const value = parts.filter((part) => part.type.is('Expression')).at(-1);
      if (!value) continue;
      const code = reader.expression(value);
      const target: Code = isStatic ? { kind: 'name', name, ...span } : memberOfThis(name, span);
      const statement: Statement = {
        kind: 'assign',
        targets: [target],
        value: code,
        declares: null,
        ...span,
      };
      if (isStatic) statements.push({ ...statement, declares: 'let' });
      else fields.push(statement);
    } else if (node.name === 'MethodDeclaration') {
      const code = reader.functionCode(node, name);
      if (name === 'constructor') constructor = { code, node };
      else statements.push(method(code, isStatic, parts, span));
    }
  }
  if (constructor || fields.length > 0) {
    const span = constructor ? constructor.code : (fields[0] ?? { from: 0, to: 0 });
    const code = constructor?.code ?? passingOn(isDerived, span);
    const given = constructor ? propertiesGiven(constructor.node, reader) : [];
    statements.push({
      kind: 'function',
      function: withFields(code, [...given, ...fields]),
      decorators: [],
      from: code.from,
      to: code.to,
    });
  }
  return statements;
}

function memberOfThis(name: string, span: Span): Code {
  return {
    kind: 'member',
    object: { kind: 'name', name: 'this', ...span },
    property: name,
    optional: false,
    ...span,
  };
}

function method(code: FunctionCode, isStatic: boolean, parts: readonly SyntaxNode[], span: Span): Statement {
  const word = isStatic ? 'classmethod' : parts.some((part) => part.name === 'get') ? 'property' : '';
  const decorators: Code[] = word === '' ? [] : [{ kind: 'name', name: `@${word}`, ...span }];
  return {
    kind: 'function',
    function: { ...code, parameters: [THIS, ...code.parameters] },
    decorators: parts.some((part) => part.name === 'set') ? [setter(span)] : decorators,
    ...span,
  };
}

/** Setters are left out, as Python's are. */
function setter(span: Span): Code {
  return {
    kind: 'member',
    object: { kind: 'name', name: 'this', ...span },
    property: 'setter',
    optional: false,
    ...span,
  };
}

/** The constructor of a class that writes none: `constructor(...args) { super(...args); }`. */
function passingOn(isDerived: boolean, { from, to }: Span): FunctionCode {
  const span = { from, to };
  const args: Code = { kind: 'name', name: 'args', ...span };
  const base: Code = { kind: 'call', callee: { kind: 'name', name: 'super', ...span }, args: [], ...span };
  const call: Code = {
    kind: 'call',
    callee: { kind: 'member', object: base, property: 'constructor', optional: false, ...span },
    args: [{ kind: 'spread', name: '', value: args }],
    ...span,
  };
  return {
    name: 'constructor',
    parameters: [{ name: 'args', kind: 'rest', fallback: null, pattern: null }],
    body: () => (isDerived ? [{ kind: 'expression', value: call, ...span }] : []),
    yields: false,
    returns: false,
    ...span,
  };
}

/** TypeScript's `constructor(private readonly filters: number)`. */
function propertiesGiven(node: SyntaxNode, reader: MemberReader): Statement[] {
  const list = node.getChild('ParamList');
  const statements: Statement[] = [];
  let isProperty = false;
  for (const part of list ? childNodes(list) : []) {
    if (part.name === ',') isProperty = false;
    if (/^(Privacy|readonly)$/.test(part.name)) isProperty = true;
    if (part.name !== 'VariableDefinition' || !isProperty) continue;
    const span = { from: part.from, to: part.to };
    const name = reader.slice(part);
    statements.push({
      kind: 'assign',
      targets: [memberOfThis(name, span)],
      value: { kind: 'name', name, ...span },
      declares: null,
      ...span,
    });
  }
  return statements;
}

/** Fields get their values when `super` has run, or at the start where there is none. */
function withFields(code: FunctionCode, fields: readonly Statement[]): FunctionCode {
  const body = lazily((): readonly Statement[] => {
    const own = code.body();
    const at = own.findIndex(
      (statement) =>
        statement.kind === 'expression' &&
        statement.value.kind === 'call' &&
        statement.value.callee.kind === 'member' &&
        statement.value.callee.property === 'constructor',
    );
    return [...own.slice(0, at + 1), ...fields, ...own.slice(at + 1)];
  });
  return { ...code, name: 'constructor', parameters: [THIS, ...code.parameters], body };
}
