/** Where the SE class of a file is, or goes: its name, its namespace, and whether the file already has it. */
import { seDefinition } from '../codegen/seSnippets';
import type { CodeStyle, DefinitionRequest } from '../codegen/seSnippets';
import type { SeOptions } from '../codegen/seOptions';
import { importedClass } from './importedClass';
import type { InsertSummary, TextEdit } from './insertTypes';
import { refuse } from './insertTypes';
import { freeName, namespaceFor } from './namespace';
import { isDefinition } from './ownClass';
import type { OpenSource } from './sites/site';
import type { Statement } from './syntax/ast';
import { eachStatement } from './syntax/ast';
import type { SourceFile } from './syntax/sourceFile';

export interface Definition {
  readonly className: string;
  /** What the file calls the framework's layers, e.g. `nn`, `keras.layers`, `tf`. */
  readonly namespace: string;
  /** The insertion of import and class; null where the file has what is needed. */
  readonly edit: TextEdit | null;
  readonly status: InsertSummary['definition'];
}

const BASE_NAME = 'SqueezeExcite';

/**
 * The file's own class where one reads exactly like ours (layout, comments and docstring aside), else a new one under a
 * name that nothing in the file uses: `SqueezeExcite`, `SqueezeExcite2`, ... A user's own SE class is never taken for ours:
 * its arguments are not known.
 */
export function planDefinition(
  source: OpenSource,
  root: Statement,
  options: SeOptions,
  style: CodeStyle,
  importFrom?: string,
): Definition {
  const { file, framework } = source;
  const { namespace, importLine } = namespaceFor(source, root, style);
  if (importFrom !== undefined) {
    const imported = importedClass(source, root, style, importFrom, BASE_NAME);
    // Only TypeScript's cast to a symbolic tensor speaks of the framework.
    const lines = [file.language === 'typescript' ? importLine : null, imported.importLine].filter(
      (line) => line !== null,
    );
    const edit = lines.length > 0 ? definitionEdit(source, root, lines.join(style.eol), null, style) : null;
    return { className: imported.className, namespace, edit, status: 'imported' };
  }
  const request = (className: string): DefinitionRequest => ({
    framework,
    language: file.language,
    className,
    namespace,
    options,
    style,
  });
  const deferred = root.kind === 'class' || root.kind === 'function';
  for (const statement of file.module.body) {
    if (statement.kind !== 'class' || (!deferred && statement.from > root.from) || importLine !== null)
      continue;
    const { name } = statement.class;
    if (isDefinition(file, statement.class, request(name)))
      return { className: name, namespace, edit: null, status: 'reused' };
  }
  const className = freeName(file, BASE_NAME);
  const text = seDefinition(request(className));
  return {
    className,
    namespace,
    edit: definitionEdit(source, root, importLine, text, style),
    status: 'inserted',
  };
}

/** After the last import before the site, with the blank lines that the language's style asks for. */
function definitionEdit(
  { file }: OpenSource,
  root: Statement,
  importLine: string | null,
  text: string | null,
  style: CodeStyle,
): TextEdit {
  const { eol } = style;
  const gap = file.language === 'python' ? 3 : 2;
  const last = file.module.body
    .filter(
      (statement) =>
        statement.to <= root.from && [...eachStatement([statement])].some((inner) => inner.kind === 'import'),
    )
    .at(-1);
  if (last && file.hasError(last)) {
    refuse(
      'syntax-error',
      'The imports have a syntax error, so there is no safe place for the SE class. Fix it and try again, or use the snippet.',
    );
  }
  const offset = last ? endOfLines(file, last.to, root) : startOfCode(file, root);
  const blankAfter = (): string => {
    const following = /^(?:[ \t]*(\r\n|\n))*/.exec(file.text.slice(offset))?.[0] ?? '';
    const newlines = (following.match(/\n/g) ?? []).length;
    return eol.repeat(Math.max(0, gap - Math.max(newlines, 1)));
  };
  if (last) {
    const head = importLine === null ? '' : eol + importLine;
    if (text === null) return { offset, length: 0, newText: head };
    return { offset, length: 0, newText: head + eol.repeat(gap) + text + blankAfter() };
  }
  const head = importLine === null ? '' : importLine + eol.repeat(gap);
  if (text === null) return { offset, length: 0, newText: head };
  return { offset, length: 0, newText: head + text + eol.repeat(gap) };
}

/** The end of the line on which no top-level statement is still open. */
function endOfLines(file: SourceFile, from: number, root: Statement): number {
  let end = file.lineEnd(from);
  for (const statement of file.module.body) {
    if (statement.from < end && statement.to > end) end = file.lineEnd(statement.to);
  }
  if (end >= root.from)
    refuse(
      'unsupported-shape',
      'The imports share their line with the code to change. Put them on lines of their own.',
    );
  if (
    !file.endsLine(
      file.module.body.reduce((to, statement) => (statement.to <= end ? Math.max(to, statement.to) : to), 0),
    )
  ) {
    refuse(
      'unsupported-shape',
      'The line of the last import holds something that this command does not understand. Use the snippet.',
    );
  }
  return end;
}

/** Where code begins in a file without imports: before the first statement that is no docstring or directive. */
function startOfCode(file: SourceFile, root: Statement): number {
  const first =
    file.module.body.find(
      (statement) => !(statement.kind === 'expression' && statement.value.kind === 'string'),
    ) ?? root;
  if (!file.startsLine(first.from))
    refuse('unsupported-shape', 'The first statement shares its line with other code. Use the snippet.');
  return file.lineStart(first.from);
}
