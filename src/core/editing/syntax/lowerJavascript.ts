/** Lowers a Lezer TypeScript/JavaScript tree to the neutral syntax tree. Total, like `lowerPython`. */
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Binding, ClassNode, Expr, FunctionNode, Parameter, SourceModule, Span, Statement } from './ast';
import { JavascriptExpressions } from './javascriptExpressions';
import { childNodes, MAX_DEPTH, stringOf } from './treeNodes';

class JavascriptLowering extends JavascriptExpressions {
  readonly functions: FunctionNode[] = [];
  readonly classes: ClassNode[] = [];
  body(nodes: readonly SyntaxNode[]): Statement[] {
    return nodes.flatMap((node) => this.statement(node));
  }

  private statement(node: SyntaxNode): Statement[] {
    if (
      node.type.isError ||
      node.name === ';' ||
      !(node.type.is('Statement') || /(Statement|Declaration|Block)$/.test(node.name))
    )
      return [];
    const span = { from: node.from, to: node.to };
    if (this.depth >= MAX_DEPTH) return [{ kind: 'other', ...span }];
    this.depth += 1;
    try {
      return this.statementKind(node, span);
    } finally {
      this.depth -= 1;
    }
  }

  private statementKind(node: SyntaxNode, span: Span): Statement[] {
    const children = childNodes(node).filter((child) => !child.name.endsWith('Comment'));
    switch (node.name) {
      case 'ExportDeclaration': {
        const inner = this.body(children);
        if (inner.length > 0) return inner.map((statement) => ({ ...statement, ...span }));
        const expr = children.find((child) => child.type.is('Expression'));
        return [
          expr ? { kind: 'expression', value: this.expression(expr), ...span } : { kind: 'other', ...span },
        ];
      }
      case 'ImportDeclaration':
        return [{ kind: 'import', bindings: this.importBindings(children), ...span }];
      case 'VariableDeclaration':
        return this.variables(children, span);
      case 'ReturnStatement': {
        const value = children.find((child) => child.type.is('Expression'));
        return [{ kind: 'return', value: value ? this.expression(value) : null, ...span }];
      }
      case 'ExpressionStatement':
        return [this.expressionStatement(children[0], span)];
      case 'FunctionDeclaration':
        return [{ kind: 'function', function: this.functionNode(node), ...span }];
      case 'ClassDeclaration':
        return [{ kind: 'class', class: this.classNode(node), ...span }];
      case 'ForStatement':
      case 'WhileStatement':
      case 'DoStatement':
        return [{ kind: 'loop', targets: this.loopTargets(node), bodies: this.bodies(children), ...span }];
      case 'IfStatement':
      case 'TryStatement':
      case 'Block':
      case 'SwitchStatement':
        return [
          {
            kind: 'branch',
            bodies: node.name === 'Block' ? [this.body(children)] : this.bodies(children),
            exhaustive:
              node.name === 'Block' ||
              (node.name === 'IfStatement' && children.some((child) => child.name === 'else')),
            ...span,
          },
        ];
      default:
        return [{ kind: 'other', ...span }];
    }
  }

  /** The bodies of a compound statement: blocks and bare statements, also those inside catch, finally and switch. */
  private bodies(children: readonly SyntaxNode[]): Statement[][] {
    return children.flatMap((child): Statement[][] => {
      if (child.name === 'Block' || child.name === 'SwitchBody') return [this.body(childNodes(child))];
      if (child.name === 'CatchClause' || child.name === 'FinallyClause')
        return this.bodies(childNodes(child));
      const inner = this.statement(child);
      return inner.length > 0 ? [inner] : [];
    });
  }

  private loopTargets(node: SyntaxNode): Expr[] {
    const spec = node.getChild('ForOfSpec') ?? node.getChild('ForInSpec');
    return spec ? spec.getChildren('VariableDefinition').map((target) => this.expression(target)) : [];
  }

  private variables(children: readonly SyntaxNode[], span: Span): Statement[] {
    // One of several declarations cannot be assigned again before the next one reads it: as good as a constant.
    const several = children.filter((child) => child.name === 'Equals').length > 1;
    const declares = children[0] && !several ? this.slice(children[0]) : 'const';
    const result: Statement[] = [];
    children.forEach((child, index) => {
      if (child.name !== 'Equals') return;
      const valueNode = children[index + 1];
      const before = children[index - 1];
      const target = before?.name === 'TypeAnnotation' ? children[index - 2] : before;
      if (!valueNode || !target) return;
      const value = this.expression(valueNode);
      const names = target.name === 'ObjectPattern' ? this.patternNames(target) : null;
      const required = requiredModule(value);
      if (required !== null) {
        const bindings = names
          ? names.map(({ local, path }) => ({ local, path: `${required}.${path}` }))
          : [{ local: this.slice(target), path: required }];
        result.push({ kind: 'import', bindings, ...span });
      } else if (names) {
        result.push({ kind: 'destructure', names, value, ...span });
      } else {
        result.push({ kind: 'assign', targets: [this.expression(target)], value, declares, ...span });
      }
    });
    return result.length > 0 ? result : [{ kind: 'other', ...span }];
  }

  private patternNames(pattern: SyntaxNode): Binding[] {
    return pattern.getChildren('PatternProperty').flatMap((property) => {
      const local = property.getChild('VariableDefinition');
      if (!local) return [];
      const original = property.getChild('PropertyName') ?? local;
      return [{ local: this.slice(local), path: this.slice(original) }];
    });
  }

  private importBindings(children: readonly SyntaxNode[]): Binding[] {
    const moduleNode = children.filter((child) => child.name === 'String').at(-1);
    if (!moduleNode || children[1]?.name === 'type') return [];
    const module = stringOf(this.slice(moduleNode));
    const bindings = children
      .filter((child) => child.name === 'VariableDefinition')
      .map((child): Binding => ({ local: this.slice(child), path: module }));
    for (const group of children.filter((child) => child.name === 'ImportGroup')) {
      let original: string | null = null;
      for (const child of childNodes(group)) {
        if (child.name === ',') original = null;
        if (child.name === 'VariableName' || child.name === 'String') original = this.slice(child);
        if (child.name === 'VariableDefinition')
          bindings.push({ local: this.slice(child), path: `${module}.${original ?? this.slice(child)}` });
      }
    }
    return bindings;
  }

  private expressionStatement(node: SyntaxNode | undefined, span: Span): Statement {
    if (!node) return { kind: 'other', ...span };
    if (node.name === 'AssignmentExpression') {
      const [target, operator, value] = childNodes(node).filter((child) => !child.name.endsWith('Comment'));
      if (!target || !operator || !value || target.name.endsWith('Pattern'))
        return { kind: 'other', ...span };
      if (operator.name === 'UpdateOp') {
        return {
          kind: 'update',
          operator: this.slice(operator),
          target: this.expression(target),
          value: this.expression(value),
          ...span,
        };
      }
      return {
        kind: 'assign',
        targets: [this.expression(target)],
        value: this.expression(value),
        declares: null,
        ...span,
      };
    }
    return { kind: 'expression', value: this.expression(node), ...span };
  }

  protected override functionNode(node: SyntaxNode): FunctionNode {
    const name = node.getChild('VariableDefinition') ?? node.getChild('PropertyDefinition');
    const list = node.getChild('ParamList');
    const block = node.getChild('Block');
    const expression = node.lastChild;
    const result: FunctionNode = {
      name: name && node.name !== 'ArrowFunction' ? this.slice(name) : '',
      parameters: list ? this.parameters(childNodes(list)) : [],
      body: block
        ? this.body(childNodes(block))
        : expression && node.name === 'ArrowFunction'
          ? [{ kind: 'return', value: this.expression(expression), from: expression.from, to: expression.to }]
          : [],
      decorators: [],
      from: node.from,
      to: node.to,
    };
    this.functions.push(result);
    return result;
  }

  private parameters(children: readonly SyntaxNode[]): Parameter[] {
    const result: Parameter[] = [];
    children.forEach((child, index) => {
      if (child.name !== 'VariableDefinition') return;
      const equals = children
        .slice(index + 1, index + 4)
        .findIndex((next) => next.name === 'Equals' || next.name === ',');
      const at = index + 1 + equals;
      const fallback = equals >= 0 && children[at]?.name === 'Equals' ? children[at + 1] : undefined;
      result.push({ name: this.slice(child), fallback: fallback ? this.expression(fallback) : null });
    });
    return result;
  }

  protected override classNode(node: SyntaxNode): ClassNode {
    const name = node.getChild('VariableDefinition');
    const body = node.getChild('ClassBody');
    const base = childNodes(node).find((child) => child.type.is('Expression'));
    const members = body ? childNodes(body) : [];
    for (const member of members) {
      const value =
        member.name === 'PropertyDeclaration' &&
        childNodes(member)
          .filter((child) => child.type.is('Expression'))
          .at(-1);
      if (value) this.expression(value);
    }
    const result: ClassNode = {
      name: name ? this.slice(name) : '',
      bases: base ? [this.expression(base)] : [],
      body: [],
      fields: [],
      methods: members
        .filter((member) => member.name === 'MethodDeclaration')
        .map((member) => this.functionNode(member)),
      from: node.from,
      to: node.to,
    };
    this.classes.push(result);
    return result;
  }
}

/** The module of `require('module')`, or null. */
function requiredModule(value: Expr): string | null {
  if (value.kind !== 'call' || value.callee.kind !== 'name' || value.callee.name !== 'require') return null;
  const argument = value.args[0]?.value;
  return argument?.kind === 'string' ? argument.value : null;
}

/** Lowers a whole TypeScript or JavaScript file. */
export function lowerJavascript(tree: Tree, text: string): SourceModule {
  const lowering = new JavascriptLowering(text);
  const body = lowering.body(childNodes(tree.topNode));
  return { body, functions: lowering.functions, classes: lowering.classes };
}
