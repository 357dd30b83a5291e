/** Reads Python statements from a Lezer tree. Total: what it does not know is `unread`. Bodies of functions are read when they are first run. */
import type { SyntaxNode, Tree } from '@lezer/common';
import type { ClassCode, Code, FunctionCode, Handler, ImportedName, Statement } from '../code/code';
import { lazily } from '../code/code';
import type { Span } from '../../syntax/ast';
import { childNodes, contentEnd, MAX_DEPTH } from '../../syntax/treeNodes';
import { spanOf } from './nodeSpans';
import { PythonExpressions } from './pythonExpressions';

class PythonStatements extends PythonExpressions {
  statements(nodes: readonly SyntaxNode[]): Statement[] {
    return nodes.flatMap((node) => this.statement(node));
  }

  private body(node: SyntaxNode | undefined): Statement[] {
    return node?.name === 'Body' ? this.statements(childNodes(node).slice(1)) : [];
  }

  private statement(node: SyntaxNode): Statement[] {
    if (node.name === 'Comment' || node.name === ';' || (node.type.isError && node.from === node.to))
      return [];
    const span = { from: node.from, to: contentEnd(node) };
    if (this.depth >= MAX_DEPTH) return [{ kind: 'unread', what: 'code nested too deep', ...span }];
    this.depth += 1;
    try {
      return this.statementKind(node, this.parts(node), span);
    } finally {
      this.depth -= 1;
    }
  }

  private statementKind(node: SyntaxNode, parts: readonly SyntaxNode[], span: Span): Statement[] {
    const rest = parts.slice(1);
    switch (node.name) {
      case 'StatementGroup':
        return this.statements(parts);
      case 'AssignStatement':
        return this.assignment(parts, span);
      case 'UpdateStatement': {
        const at = parts.findIndex((part) => part.name === 'UpdateOp');
        const operator = parts[at];
        if (!operator) break;
        const target = this.expressions(parts.slice(0, at), span);
        const value = this.expressions(parts.slice(at + 1), span);
        return [{ kind: 'update', operator: this.slice(operator).slice(0, -1), target, value, ...span }];
      }
      case 'ExpressionStatement':
        // A docstring.
        if (parts[0]?.name === 'String') return [];
        return [{ kind: 'expression', value: this.expressions(parts, span), ...span }];
      case 'YieldStatement':
        return [{ kind: 'expression', value: this.yielded(parts, span), ...span }];
      case 'ReturnStatement': {
        const value = rest.length > 0 ? this.expressions(rest, span) : null;
        return [{ kind: 'return', value, ...span }];
      }
      case 'IfStatement':
        return [this.branch(parts, span)];
      case 'ForStatement':
      case 'WhileStatement':
        return [this.loop(parts, span)];
      case 'TryStatement':
        return [this.attempt(node, parts, span)];
      case 'WithStatement':
        return [this.context(parts, span)];
      case 'FunctionDefinition':
      case 'ClassDefinition':
        return [this.definition(node, [], span)];
      case 'DecoratedStatement': {
        const inner = parts.find((part) => /Definition$/.test(part.name));
        const decorators = node.getChildren('Decorator').map((decorator) => this.decorator(decorator));
        return inner ? [this.definition(inner, decorators, span)] : [];
      }
      case 'ImportStatement':
        return [{ kind: 'import', names: this.importedNames(parts), ...span }];
      case 'RaiseStatement':
        return [{ kind: 'raise', value: rest[0] ? this.expression(rest[0]) : null, ...span }];
      case 'AssertStatement':
        return rest[0] ? [{ kind: 'assert', test: this.expression(rest[0]), ...span }] : [];
      case 'DeleteStatement': {
        const targets = this.groups(rest).map((group) => this.expressions(group, spanOf(group)));
        return [{ kind: 'delete', targets, ...span }];
      }
      case 'ScopeStatement': {
        const names = rest.filter((part) => part.name === 'VariableName').map((part) => this.slice(part));
        return [{ kind: 'scope', names, of: parts[0]?.name === 'global' ? 'module' : 'outer', ...span }];
      }
      case 'BreakStatement':
        return [{ kind: 'break', ...span }];
      case 'ContinueStatement':
        return [{ kind: 'continue', ...span }];
      case 'PassStatement':
      case 'PrintStatement':
      case 'TypeDefinition':
        return [];
      default:
    }
    const line = this.slice(span).split('\n')[0] ?? '';
    return [{ kind: 'unread', what: `\`${line.slice(0, 40)}\``, ...span }];
  }

  private assignment(parts: readonly SyntaxNode[], span: Span): Statement[] {
    const groups: SyntaxNode[][] = [[]];
    let type = '';
    for (const part of parts) {
      if (part.name === 'AssignOp') groups.push([]);
      else if (part.name === 'TypeDef') type = this.slice(part);
      else groups.at(-1)?.push(part);
    }
    const [only] = groups[0] ?? [];
    const last = groups.length > 1 ? groups.pop() : undefined;
    const value = last ? this.expressions(last, span) : null;
    if (type !== '' && only?.name === 'VariableName' && !/^:\s*(\w+\.)*ClassVar\b/.test(type))
      return [{ kind: 'field', name: this.slice(only), value, ...span }];
    if (!value) return [];
    const targets = groups.map((group) => this.expressions(group, span));
    return [{ kind: 'assign', targets, value, declares: null, ...span }];
  }

  /** Not recursive: a file may have thousands of `elif`s. */
  private branch(parts: readonly SyntaxNode[], span: Span): Statement {
    const elseAt = parts.findIndex((part) => part.name === 'else');
    let otherwise = elseAt < 0 ? [] : this.body(parts[elseAt + 1]);
    let bodyAt = parts.length;
    for (let start = parts.length - 1; start >= 0; start -= 1) {
      const part = parts[start];
      if (part?.name === 'Body' && start !== elseAt + 1) bodyAt = start;
      if (part?.name !== 'if' && part?.name !== 'elif') continue;
      const test = this.expressions(parts.slice(start + 1, bodyAt), span);
      const then = this.body(parts[bodyAt]);
      otherwise = [{ kind: 'if', test, then, otherwise, from: part.from, to: span.to }];
    }
    return otherwise[0] ?? { kind: 'unread', what: '`if`', ...span };
  }

  private loop(parts: readonly SyntaxNode[], span: Span): Statement {
    const words = parts[0]?.name === 'async' ? parts.slice(1) : parts;
    const bodyAt = words.findIndex((part) => part.name === 'Body');
    const body = this.body(words[bodyAt]);
    const otherwise = this.body(words[bodyAt + 2]);
    if (words[0]?.name === 'while') {
      const test = this.expressions(words.slice(1, bodyAt), span);
      return { kind: 'while', test, body, step: null, otherwise, testsLast: false, ...span };
    }
    const inAt = words.findIndex((part) => part.name === 'in');
    return {
      kind: 'for',
      target: this.expressions(words.slice(1, inAt), span),
      declares: null,
      iterable: this.expressions(words.slice(inAt + 1, bodyAt), span),
      overKeys: false,
      body,
      otherwise,
      ...span,
    };
  }

  private attempt(node: SyntaxNode, parts: readonly SyntaxNode[], span: Span): Statement {
    const after = (word: string): Statement[] => {
      const at = parts.findIndex((part) => part.name === word);
      return at < 0 ? [] : this.body(parts[at + 1]);
    };
    const handlers: Handler[] = [];
    parts.forEach((part, index) => {
      if (part.name !== 'except') return;
      const rest = parts.slice(index + 1);
      const bodyAt = rest.findIndex((next) => next.name === 'Body');
      const head = rest.slice(0, bodyAt);
      const [types] = head;
      const name = head.at(-1);
      handlers.push({
        types: types ? this.expression(types) : null,
        name: name && head.length > 1 ? this.slice(name) : '',
        body: this.body(rest[bodyAt]),
      });
    });
    return {
      kind: 'try',
      body: this.body(node.getChild('Body') ?? undefined),
      handlers,
      otherwise: after('else'),
      last: after('finally'),
      ...span,
    };
  }

  private context(parts: readonly SyntaxNode[], span: Span): Statement {
    const bodyAt = parts.findIndex((part) => part.name === 'Body');
    const from = parts[0]?.name === 'async' ? 2 : 1;
    const items = this.groups(parts.slice(from, bodyAt)).map((group) => {
      const asAt = group.findIndex((part) => part.name === 'as');
      const target = group[asAt + 1];
      return {
        value: this.expressions(asAt < 0 ? group : group.slice(0, asAt), spanOf(group)),
        target: asAt >= 0 && target ? this.expression(target) : null,
      };
    });
    return { kind: 'with', items, body: this.body(parts[bodyAt]), ...span };
  }

  private definition(node: SyntaxNode, decorators: readonly Code[], outer: Span): Statement {
    const span = { from: node.from, to: contentEnd(node) };
    if (node.name === 'ClassDefinition')
      return { kind: 'class', class: this.classCode(node, span), decorators, ...outer };
    return { kind: 'function', function: this.functionCode(node, span), decorators, ...outer };
  }

  private functionCode(node: SyntaxNode, span: Span): FunctionCode {
    const name = node.getChild('VariableName');
    const list = node.getChild('ParamList');
    const text = this.slice(span);
    return {
      name: name ? this.slice(name) : '',
      parameters: list ? this.parameters(list) : [],
      body: lazily(() => this.body(node.getChild('Body') ?? undefined)),
      yields: text.includes('yield') && yieldsIn(node),
      returns: /\breturn\b/.test(text),
      ...span,
    };
  }

  private classCode(node: SyntaxNode, span: Span): ClassCode {
    const name = node.getChild('VariableName');
    const list = node.getChild('ArgList');
    return {
      name: name ? this.slice(name) : '',
      bases: list ? this.callArguments(this.parts(list)) : [],
      body: this.body(node.getChild('Body') ?? undefined),
      ...span,
    };
  }

  private decorator(node: SyntaxNode): Code {
    const parts = this.parts(node);
    const names = parts.filter((part) => part.name === 'VariableName' || part.name === 'PropertyName');
    const [first, ...rest] = names;
    const span = { from: node.from, to: contentEnd(node) };
    if (!first) return this.unread('a decorator', span);
    let code: Code = { kind: 'name', name: this.slice(first), from: first.from, to: first.to };
    for (const part of rest)
      code = {
        kind: 'member',
        object: code,
        property: this.slice(part),
        optional: false,
        from: first.from,
        to: part.to,
      };
    const list = node.getChild('ArgList');
    if (!list) return code;
    return {
      kind: 'call',
      callee: code,
      args: this.callArguments(this.parts(list)),
      from: first.from,
      to: list.to,
    };
  }

  private importedNames(parts: readonly SyntaxNode[]): ImportedName[] {
    const importAt = parts.findIndex((part) => part.name === 'import');
    const fromModule =
      parts[0]?.name === 'from'
        ? parts
            .slice(1, importAt)
            .map((part) => this.slice(part))
            .join('')
        : null;
    const prefix = fromModule === null || fromModule.endsWith('.') ? (fromModule ?? '') : `${fromModule}.`;
    const names = parts.slice(importAt + 1).filter((part) => part.name !== '(' && part.name !== ')');
    return this.groups(names).map((group) => {
      const asAt = group.findIndex((part) => part.name === 'as');
      const dotted = (asAt < 0 ? group : group.slice(0, asAt)).map((part) => this.slice(part));
      const path = dotted.join('');
      if (path === '*') return { local: '*', path: fromModule ?? '' };
      const alias = asAt < 0 ? undefined : group[asAt + 1];
      if (alias) return { local: this.slice(alias), path: prefix + path };
      if (fromModule !== null) return { local: path, path: prefix + path };
      // `import a.b` binds `a`; the submodule is then reached through it.
      return { local: dotted[0] ?? path, path: dotted[0] ?? path };
    });
  }
}

/** Whether the function itself yields, not one inside it. */
function yieldsIn(node: SyntaxNode): boolean {
  let found = false;
  node.cursor().iterate((inner) => {
    if (/^Yield/.test(inner.name)) found = true;
    return (
      !found && (inner.from === node.from || !/^(FunctionDefinition|LambdaExpression)$/.test(inner.name))
    );
  });
  return found;
}

/** The statements of a whole Python file. */
export function readPython(tree: Tree, text: string): Statement[] {
  return new PythonStatements(text).statements(childNodes(tree.topNode));
}
