/** Reads TypeScript/JavaScript statements from a Lezer tree. Total; bodies of functions are read when they are first run. */
import type { SyntaxNode, Tree } from '@lezer/common';
import type { ClassCode, Code, Declares, FunctionCode, ImportedName, Statement } from '../code/code';
import { lazily } from '../code/code';
import type { Span } from '../../syntax/ast';
import { childNodes, MAX_DEPTH } from '../../syntax/treeNodes';
import { JavascriptExpressions, stringValue } from './javascriptExpressions';
import { readClassMembers } from './classMembers';
import { readParameters, readTarget } from './patterns';
import { switchStatement } from './switchStatement';

class JavascriptStatements extends JavascriptExpressions {
  /** Functions first: they can be called before they are written. */
  statements(nodes: readonly SyntaxNode[]): Statement[] {
    const all = nodes.flatMap((node) => this.statement(node));
    const isFunction = ({ kind }: Statement): boolean => kind === 'function';
    return [...all.filter(isFunction), ...all.filter((statement) => !isFunction(statement))];
  }

  private statement(node: SyntaxNode): Statement[] {
    const isStatement = node.type.is('Statement') || /(Statement|Declaration|Block)$/.test(node.name);
    if (node.type.isError || node.name === ';' || !isStatement) return [];
    const span = { from: node.from, to: node.to };
    if (this.depth >= MAX_DEPTH) return [{ kind: 'unread', what: 'code nested too deep', ...span }];
    this.depth += 1;
    try {
      return this.statementKind(node, this.parts(node), span);
    } finally {
      this.depth -= 1;
    }
  }

  private statementKind(node: SyntaxNode, parts: readonly SyntaxNode[], span: Span): Statement[] {
    const value = parts.find((part) => part.type.is('Expression'));
    switch (node.name) {
      case 'ExportDeclaration':
        return this.exported(parts, value, span);
      case 'ImportDeclaration':
        return [{ kind: 'import', names: this.importedNames(parts), ...span }];
      case 'VariableDeclaration':
        return this.variables(parts, span);
      case 'ReturnStatement':
        return [{ kind: 'return', value: value ? this.expression(value) : null, ...span }];
      case 'ExpressionStatement': {
        const [first] = parts;
        return first ? [{ kind: 'expression', value: this.sequenceOr(first), ...span }] : [];
      }
      case 'FunctionDeclaration':
        return [{ kind: 'function', function: this.functionCode(node, ''), decorators: [], ...span }];
      case 'ClassDeclaration':
        return [{ kind: 'class', class: this.classCode(node), decorators: [], ...span }];
      case 'Block':
        return [{ kind: 'block', body: this.statements(parts), ...span }];
      case 'LabeledStatement':
        return parts.slice(2).flatMap((part) => this.statement(part));
      case 'IfStatement':
        return [this.branch(parts, span)];
      case 'ForStatement':
        return this.forLoop(parts, span);
      case 'WhileStatement':
      case 'DoStatement':
        return [this.whileLoop(node, parts, span)];
      case 'SwitchStatement':
        return [switchStatement(this, node, span)];
      case 'TryStatement':
        return [this.attempt(node, span)];
      case 'ThrowStatement':
        return [{ kind: 'raise', value: value ? this.expression(value) : null, ...span }];
      case 'BreakStatement':
      case 'ContinueStatement':
        if (parts.some((part) => part.name === 'Label'))
          return [{ kind: 'unread', what: 'a jump to a label', ...span }];
        return [{ kind: node.name === 'BreakStatement' ? 'break' : 'continue', ...span }];
      case 'InterfaceDeclaration':
      case 'TypeAliasDeclaration':
        return [];
      default:
    }
    return [{ kind: 'unread', what: `\`${this.slice(span).slice(0, 40)}\``, ...span }];
  }

  /** `a, b` is run for what it does. */
  private sequenceOr(node: SyntaxNode): Code {
    if (node.name !== 'SequenceExpression') return this.expression(node);
    const elements = this.parts(node)
      .filter((part) => part.name !== ',')
      .map((part) => ({ spread: false, value: this.expression(part) }));
    return { kind: 'sequence', type: 'tuple', elements, from: node.from, to: node.to };
  }

  private exported(parts: readonly SyntaxNode[], value: SyntaxNode | undefined, span: Span): Statement[] {
    const inner = parts.flatMap((part) => this.statement(part));
    if (inner.length > 0 || !value) return inner;
    return [{ kind: 'expression', value: this.expression(value), ...span }];
  }

  private body(node: SyntaxNode | undefined): Statement[] {
    return node ? this.statement(node) : [];
  }

  private branch(parts: readonly SyntaxNode[], span: Span): Statement {
    const [, test, then] = parts;
    const otherwise = parts[parts.findIndex((part) => part.name === 'else') + 1];
    return {
      kind: 'if',
      test: test ? this.expression(test) : this.unread('a condition', span),
      then: this.body(then),
      otherwise: parts.some((part) => part.name === 'else') ? this.body(otherwise) : [],
      ...span,
    };
  }

  private forLoop(parts: readonly SyntaxNode[], span: Span): Statement[] {
    const spec = parts.find((part) => /^For(Of|In)?Spec$/.test(part.name));
    const body = this.body(parts.at(-1));
    if (!spec) return [{ kind: 'unread', what: 'a loop', ...span }];
    const inner = this.parts(spec).slice(1, -1);
    if (spec.name === 'ForSpec') {
      // Between two semicolons; a declaration has its own.
      const [first] = inner;
      const declares = first?.name === 'VariableDeclaration';
      const groups: SyntaxNode[][] = [[]];
      for (const part of declares ? inner.slice(1) : inner) {
        if (part.name === ';') groups.push([]);
        else groups.at(-1)?.push(part);
      }
      const [start, test, step] = declares ? [[first], ...groups] : groups;
      const isTrue: Code = { kind: 'literal', value: true, ...span };
      const loop: Statement = {
        kind: 'while',
        test: test?.[0] ? this.expression(test[0]) : isTrue,
        body,
        step: step?.[0] ? this.sequenceOr(step[0]) : null,
        otherwise: [],
        testsLast: false,
        ...span,
      };
      const before = (start ?? []).flatMap((part): Statement[] =>
        part?.name === 'VariableDeclaration'
          ? this.statement(part)
          : part
            ? [{ kind: 'expression', value: this.sequenceOr(part), ...span }]
            : [],
      );
      return [{ kind: 'block', body: [...before, loop], ...span }];
    }
    const word = inner.findIndex((part) => part.name === 'of' || part.name === 'in');
    const declaration = inner[0] && /^(const|let|var)$/.test(inner[0].name) ? inner[0].name : '';
    const target = inner[declaration === '' ? 0 : 1];
    const iterable = inner[word + 1];
    if (!target || !iterable || word < 0) return [{ kind: 'unread', what: 'a loop', ...span }];
    return [
      {
        kind: 'for',
        target: readTarget(this, target),
        declares: declaresOf(declaration),
        iterable: this.expression(iterable),
        overKeys: spec.name === 'ForInSpec',
        body,
        otherwise: [],
        ...span,
      },
    ];
  }

  private whileLoop(node: SyntaxNode, parts: readonly SyntaxNode[], span: Span): Statement {
    const testsLast = node.name === 'DoStatement';
    const test = parts.find((part) => part.name === 'ParenthesizedExpression');
    return {
      kind: 'while',
      test: test ? this.expression(test) : this.unread('a condition', span),
      body: this.body(testsLast ? parts[1] : parts.at(-1)),
      step: null,
      otherwise: [],
      testsLast,
      ...span,
    };
  }

  private attempt(node: SyntaxNode, span: Span): Statement {
    const caught = node.getChild('CatchClause');
    const name = caught?.getChild('VariableDefinition');
    const handler = caught && {
      types: null,
      name: name ? this.slice(name) : '',
      body: this.body(caught.getChild('Block') ?? undefined),
    };
    return {
      kind: 'try',
      body: this.body(node.getChild('Block') ?? undefined),
      handlers: handler ? [handler] : [],
      otherwise: [],
      last: this.body(node.getChild('FinallyClause')?.getChild('Block') ?? undefined),
      ...span,
    };
  }

  private variables(parts: readonly SyntaxNode[], span: Span): Statement[] {
    const declares = declaresOf(parts[0] ? this.slice(parts[0]) : '');
    const groups: SyntaxNode[][] = [[]];
    for (const part of parts.slice(1)) {
      if (part.name === ',') groups.push([]);
      else if (part.name !== ';' && part.name !== 'TypeAnnotation') groups.at(-1)?.push(part);
    }
    return groups.flatMap((group): Statement[] => {
      const [target] = group;
      if (!target) return [];
      const value = group[group.findIndex((part) => part.name === 'Equals') + 1];
      const name = target.name === 'VariableDefinition' ? this.slice(target) : '';
      const isGiven = group.length > 1 && value !== undefined;
      return [
        {
          kind: 'assign',
          targets: [readTarget(this, target)],
          value: isGiven ? this.expression(value, name) : { kind: 'literal', value: undefined, ...span },
          declares,
          ...span,
        },
      ];
    });
  }

  private importedNames(parts: readonly SyntaxNode[]): ImportedName[] {
    const moduleNode = parts.filter((part) => part.name === 'String').at(-1);
    if (!moduleNode || parts[1]?.name === 'type') return [];
    const module = stringValue(this.slice(moduleNode));
    const names: ImportedName[] = parts
      .filter((part) => part.name === 'VariableDefinition')
      .map((part) => ({ local: this.slice(part), path: module }));
    for (const group of parts.filter((part) => part.name === 'ImportGroup')) {
      let original: string | null = null;
      for (const part of childNodes(group)) {
        if (part.name === ',') original = null;
        if (part.name === 'VariableName') original = this.slice(part);
        if (part.name === 'VariableDefinition')
          names.push({ local: this.slice(part), path: `${module}.${original ?? this.slice(part)}` });
      }
    }
    return names;
  }

  protected override functionCode(node: SyntaxNode, name: string): FunctionCode {
    const own = node.getChild('VariableDefinition');
    const list = node.getChild('ParamList');
    const block = node.getChild('Block');
    const isArrow = node.name === 'ArrowFunction';
    const expression = node.lastChild;
    const body = lazily((): readonly Statement[] => {
      if (block) return this.statements(this.parts(block));
      if (!isArrow || !expression) return [];
      const { from, to } = expression;
      return [{ kind: 'return', value: this.expression(expression), from, to }];
    });
    return {
      name: own && !isArrow ? this.slice(own) : name,
      parameters: list ? readParameters(this, list) : [],
      body,
      yields: node.getChild('Star') !== null,
      returns: !block || /\breturn\b/.test(this.slice(block)),
      from: node.from,
      to: node.to,
    };
  }

  private classCode(node: SyntaxNode): ClassCode {
    const name = node.getChild('VariableDefinition');
    const base = this.parts(node).find((part) => part.type.is('Expression'));
    const body = node.getChild('ClassBody');
    return {
      name: name ? this.slice(name) : '',
      bases: base ? [{ kind: 'plain', name: '', value: this.expression(base) }] : [],
      body: readClassMembers(body ? this.parts(body) : [], base !== undefined, {
        slice: (span) => this.slice(span),
        expression: (part) => this.expression(part),
        functionCode: (part, method) => this.functionCode(part, method),
      }),
      from: node.from,
      to: node.to,
    };
  }
}

function declaresOf(word: string): Declares {
  return word === 'var' ? 'var' : word === '' ? null : 'let';
}

/** The statements of a whole TypeScript or JavaScript file. */
export function readJavascript(tree: Tree, text: string): Statement[] {
  return new JavascriptStatements(text).statements(childNodes(tree.topNode));
}
