/** Lowers a Lezer Python tree to the neutral syntax tree. Total: anything unknown, broken or too deep becomes `other`. */
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Binding, ClassNode, Expr, FunctionNode, Parameter, SourceModule, Span, Statement } from './ast';
import { PythonExpressions } from './pythonExpressions';
import { childNodes, contentEnd, MAX_DEPTH } from './treeNodes';

const BLOCK_KINDS = new Set(['WithStatement', 'TryStatement', 'MatchStatement', 'IfStatement']);

class PythonLowering extends PythonExpressions {
  readonly functions: FunctionNode[] = [];
  readonly classes: ClassNode[] = [];
  body(nodes: readonly SyntaxNode[]): Statement[] {
    return nodes.flatMap((node) => this.statement(node));
  }

  private span(node: SyntaxNode): Span {
    return { from: node.from, to: contentEnd(node) };
  }

  private statement(node: SyntaxNode): Statement[] {
    if (node.type.isError || node.name === 'Comment' || node.name === ';') return [];
    const span = this.span(node);
    if (this.depth >= MAX_DEPTH) return [{ kind: 'other', ...span }];
    this.depth += 1;
    try {
      return this.statementKind(node, span);
    } finally {
      this.depth -= 1;
    }
  }

  private statementKind(node: SyntaxNode, span: Span): Statement[] {
    const children = childNodes(node);
    switch (node.name) {
      case 'StatementGroup':
        return this.body(children);
      case 'AssignStatement':
        return [this.assignment(children, span)];
      case 'UpdateStatement': {
        const operator = children.findIndex((child) => child.name === 'UpdateOp');
        const operatorNode = children[operator];
        if (!operatorNode) return [{ kind: 'other', ...span }];
        return [
          {
            kind: 'update',
            operator: this.slice(operatorNode),
            target: this.expressions(children.slice(0, operator), span),
            value: this.expressions(children.slice(operator + 1), span),
            ...span,
          },
        ];
      }
      case 'ReturnStatement':
        return [
          {
            kind: 'return',
            value: children.length > 1 ? this.expressions(children.slice(1), span) : null,
            ...span,
          },
        ];
      case 'ExpressionStatement':
        return [{ kind: 'expression', value: this.expressions(children, span), ...span }];
      case 'ImportStatement':
        return [{ kind: 'import', bindings: this.importBindings(children), ...span }];
      case 'ForStatement':
      case 'WhileStatement':
        return [
          {
            kind: 'loop',
            targets: node.name === 'ForStatement' ? this.loopTargets(children) : [],
            bodies: this.bodies(node),
            ...span,
          },
        ];
      case 'FunctionDefinition':
        return [{ kind: 'function', function: this.functionNode(node, span), ...span }];
      case 'ClassDefinition':
        return [{ kind: 'class', class: this.classNode(node, span), ...span }];
      case 'DecoratedStatement': {
        const [inner] = this.body(children.filter((child) => /Definition$/.test(child.name)));
        return [inner ? { ...inner, ...span } : { kind: 'other', ...span }];
      }
      default:
        if (!BLOCK_KINDS.has(node.name)) return [{ kind: 'other', ...span }];
        return [
          {
            kind: 'branch',
            bodies: this.bodies(node),
            exhaustive:
              node.name === 'WithStatement' || (node.name === 'IfStatement' && !!node.getChild('else')),
            ...span,
          },
        ];
    }
  }

  private bodies(node: SyntaxNode): Statement[][] {
    const holders =
      node.name === 'MatchStatement'
        ? childNodes(node).flatMap((body) => body.getChildren('MatchClause'))
        : [node];
    return holders.flatMap((holder) =>
      holder.getChildren('Body').map((body) => this.body(childNodes(body).slice(1))),
    );
  }

  private loopTargets(children: readonly SyntaxNode[]): Expr[] {
    const end = children.findIndex((child) => child.name === 'in');
    return children
      .slice(1, end)
      .filter((child) => child.name !== ',')
      .map((child) => this.expression(child));
  }

  private assignment(children: readonly SyntaxNode[], span: Span): Statement {
    const groups: SyntaxNode[][] = [[]];
    for (const child of children) {
      if (child.name === 'AssignOp') groups.push([]);
      else if (child.name !== 'TypeDef') groups.at(-1)?.push(child);
    }
    const value = groups.pop();
    if (!value || groups.length === 0) return { kind: 'other', ...span };
    return {
      kind: 'assign',
      targets: groups.map((group) => this.expressions(group, span)),
      value: this.expressions(value, span),
      declares: null,
      ...span,
    };
  }

  private importBindings(children: readonly SyntaxNode[]): Binding[] {
    const words = children
      .filter((child) => !['(', ')', 'Comment'].includes(child.name))
      .map((child) => this.slice(child));
    const importAt = words.indexOf('import');
    const fromModule = words[0] === 'from' ? words.slice(1, importAt).join('') : null;
    const bindings: Binding[] = [];
    let name: string[] = [];
    let alias: string | null = null;
    const finish = (): void => {
      const dotted = name.join('');
      if (dotted === '') return;
      if (fromModule !== null)
        bindings.push({
          local: alias ?? dotted,
          path: dotted === '*' ? fromModule : `${fromModule}.${dotted}`,
        });
      else if (alias !== null) bindings.push({ local: alias, path: dotted });
      // `import a.b` binds `a`; the submodule is then reached through it.
      else bindings.push({ local: name[0] ?? dotted, path: name[0] ?? dotted });
      name = [];
      alias = null;
    };
    const rest = words.slice(importAt + 1);
    for (let i = 0; i < rest.length; i += 1) {
      const word = rest[i];
      if (word === undefined) continue;
      if (word === ',') finish();
      else if (word === 'as') alias = rest[(i += 1)] ?? null;
      else name.push(word);
    }
    finish();
    return bindings;
  }

  private functionNode(node: SyntaxNode, span: Span): FunctionNode {
    const nameNode = node.getChild('VariableName');
    const list = node.getChild('ParamList');
    const result: FunctionNode = {
      name: nameNode ? this.slice(nameNode) : '',
      parameters: list ? this.parameters(childNodes(list)) : [],
      body: this.bodies(node).flat(),
      decorators: (node.parent?.getChildren('Decorator') ?? []).map((decorator) =>
        this.slice(decorator).replace(/^@\s*|\s*(\([^]*)?$/g, ''),
      ),
      ...span,
    };
    this.functions.push(result);
    return result;
  }

  private parameters(children: readonly SyntaxNode[]): Parameter[] {
    const result: Parameter[] = [];
    children.forEach((child, index) => {
      if (child.name !== 'VariableName' || children[index - 1]?.name === 'AssignOp') return;
      const after = children.slice(index + 1, index + 4);
      const assign = after.findIndex((next) => next.name === 'AssignOp');
      const comma = after.findIndex((next) => next.name === ',');
      const fallback = assign >= 0 && (comma < 0 || assign < comma) ? after[assign + 1] : undefined;
      result.push({ name: this.slice(child), fallback: fallback ? this.expression(fallback) : null });
    });
    return result;
  }

  /** `filters: int`, `conv: ModuleDef = nn.Conv`; names without an annotation are no fields. */
  private fields(node: SyntaxNode): Parameter[] {
    const statements = node.getChild('Body')?.getChildren('AssignStatement') ?? [];
    return statements.flatMap((statement) => {
      const [target, type, assign, value] = childNodes(statement);
      if (target?.name !== 'VariableName' || type?.name !== 'TypeDef') return [];
      const fallback = assign?.name === 'AssignOp' && value ? this.expression(value) : null;
      return [{ name: this.slice(target), fallback }];
    });
  }

  private classNode(node: SyntaxNode, span: Span): ClassNode {
    const nameNode = node.getChild('VariableName');
    const args = node.getChild('ArgList');
    const body = this.bodies(node).flat();
    const result: ClassNode = {
      name: nameNode ? this.slice(nameNode) : '',
      bases: args
        ? this.items(childNodes(args))
            .filter((item) => item.name === null)
            .map((item) => item.value)
        : [],
      body,
      fields: this.fields(node),
      methods: body.flatMap((statement) => (statement.kind === 'function' ? [statement.function] : [])),
      ...span,
    };
    this.classes.push(result);
    return result;
  }
}

/** Lowers a whole Python file. */
export function lowerPython(tree: Tree, text: string): SourceModule {
  const lowering = new PythonLowering(text);
  const body = lowering.body(childNodes(tree.topNode));
  return { body, functions: lowering.functions, classes: lowering.classes };
}
