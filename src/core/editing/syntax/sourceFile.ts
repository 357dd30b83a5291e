/** A parsed source file: text, neutral syntax tree, syntax errors and the geometry of its lines. */
import type { Tree } from '@lezer/common';
import type { SourceLanguage } from '../../codegen/seSnippets';
import type { ClassNode, FunctionNode, SourceModule, Span } from './ast';
import { lowerJavascript } from './lowerJavascript';
import { lowerPython } from './lowerPython';
import { errorSpans, parseSource } from './parseSource';

export class SourceFile {
  readonly tree: Tree;
  readonly errors: readonly Span[];
  readonly module: SourceModule;
  private methodOwners: Map<FunctionNode, ClassNode> | null = null;

  constructor(
    readonly text: string,
    readonly language: SourceLanguage,
  ) {
    this.tree = parseSource(text, language);
    this.errors = errorSpans(this.tree);
    this.module = language === 'python' ? lowerPython(this.tree, text) : lowerJavascript(this.tree, text);
  }

  /** The class that a function is a method of; null where it is none. */
  classOf(method: FunctionNode | null): ClassNode | null {
    if (!this.methodOwners) {
      this.methodOwners = new Map();
      for (const node of this.module.classes)
        for (const one of node.methods) this.methodOwners.set(one, node);
    }
    return (method && this.methodOwners.get(method)) ?? null;
  }

  slice(span: Span): string {
    return this.text.slice(span.from, span.to);
  }

  /** Whether the grammar guessed inside the span or at its ends. */
  hasError(span: Span): boolean {
    return this.errors.some((error) => error.from <= span.to && error.to >= span.from);
  }

  lineStart(offset: number): number {
    let start = offset;
    while (start > 0 && this.text[start - 1] !== '\n' && this.text[start - 1] !== '\r') start -= 1;
    return start;
  }

  /** End of the line at `offset`, before its line end. */
  lineEnd(offset: number): number {
    let end = offset;
    while (end < this.text.length && this.text[end] !== '\n' && this.text[end] !== '\r') end += 1;
    return end;
  }

  /** Start of the line after the one at `offset`; the end of the text on the last. */
  nextLine(offset: number): number {
    const end = this.lineEnd(offset);
    return end + (/^(\r\n|\n|\r)/.exec(this.text.slice(end, end + 2))?.[0].length ?? 0);
  }

  /** The blanks that the line at `offset` begins with. */
  indentAt(offset: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.lineStart(offset), this.lineEnd(offset)))?.[0] ?? '';
  }

  /** From the start of the span's first line to the end of its last. */
  lines(span: Span): Span {
    return { from: this.lineStart(span.from), to: this.lineEnd(span.to) };
  }

  /** Only blanks before it on its line. */
  startsLine(offset: number): boolean {
    return this.lineStart(offset) + this.indentAt(offset).length === offset;
  }

  /** Only blanks, a comma or semicolon if allowed, and a line comment after it on its line. */
  endsLine(offset: number): boolean {
    const rest = this.text.slice(offset, this.lineEnd(offset));
    return this.language === 'python' ? /^[ \t]*(#.*)?$/.test(rest) : /^[ \t]*(\/\/.*)?$/.test(rest);
  }

  /** Whether a line put before the statement would run just before it. */
  takesLineBefore(statement: Span): boolean {
    return this.startsLine(statement.from) && !this.isBareBody(statement);
  }

  /** Whether nothing but a comment shares the lines of the statement, so that a line can be put before or behind it. */
  standsAlone(statement: Span): boolean {
    return this.takesLineBefore(statement) && this.endsLine(statement.to);
  }

  /** Whether a line put behind the statement's line would run just after it: it stands alone, or ends a line of simple statements. */
  takesLineAfter(statement: Span): boolean {
    if (this.standsAlone(statement)) return true;
    const group = this.groupAt(statement);
    return group !== null && this.startsLine(group.from) && this.endsLine(statement.to);
  }

  /** Python's `a = 1; b = 2`: the line of statements that one belongs to; null where it has a line of its own. */
  private groupAt(statement: Span): Span | null {
    if (this.language !== 'python') return null;
    let node = this.tree.resolveInner(statement.from, 1);
    while (node.parent && node.name !== 'StatementGroup') node = node.parent;
    return node.name === 'StatementGroup' && node.from <= statement.from ? node : null;
  }

  /** Whether the statement is the body of an `if`, `else` or loop without braces: a second line would fall outside. */
  private isBareBody(statement: Span): boolean {
    if (this.language === 'python') return false;
    let node = this.tree.resolveInner(statement.from, 1);
    while (node.parent && node.parent.from === statement.from && node.parent.to <= statement.to)
      node = node.parent;
    return node.parent !== null && !/^(Script|Block|SwitchBody)$/.test(node.parent.name);
  }
}
