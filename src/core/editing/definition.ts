/** Where the SE class of a file is, or goes: its name, its namespace, and whether the file already has it. */
import { seDefinition } from '../codegen/seSnippets';
import type { CodeStyle } from '../codegen/seSnippets';
import type { SeOptions } from '../codegen/seOptions';
import type { NamedImport } from './analysis/imports';
import type { Span, Statement } from './syntax/ast';
import { eachStatement } from './syntax/ast';
import type { SourceFile } from './syntax/sourceFile';
import { parseSource } from './syntax/sourceFile';
import type { Tree } from '@lezer/common';
import { refuse } from './insertTypes';
import type { InsertSummary, TextEdit } from './insertTypes';
import type { OpenSource } from './sites/site';

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
  if (importFrom !== undefined) return importedDefinition(source, root, style, importFrom);
  const { namespace, importLine } = namespaceFor(source, root, style);
  const written = (className: string): string =>
    seDefinition({ framework, language: file.language, className, namespace, options, style });
  const deferred = root.kind === 'class' || root.kind === 'function';
  for (const statement of file.module.body) {
    if (statement.kind !== 'class' || (!deferred && statement.from > root.from) || importLine !== null)
      continue;
    const own = classTokens(file.tree, file.text, statement.class);
    const text = written(statement.class.name);
    if (own === classTokens(parseSource(text, file.language), text, null)) {
      return { className: statement.class.name, namespace, edit: null, status: 'reused' };
    }
  }
  const className = freeName(file, BASE_NAME);
  return {
    className,
    namespace,
    edit: definitionEdit(source, root, importLine, written(className), style),
    status: 'inserted',
  };
}

/** `mylib.layers`, `./layers:SELayer`: dotted names or, outside Python, what may stand between the quotes of an import. */
const MODULE = { python: /^\.*[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, script: /^[\w@./~#-]+$/ };

/** The class of the module that the user names; the file's own import of it, or a new one. */
function importedDefinition(
  source: OpenSource,
  root: Statement,
  style: CodeStyle,
  importFrom: string,
): Definition {
  const { file, imports } = source;
  const [module = '', original = BASE_NAME, ...more] = importFrom.trim().split(':');
  const valid = file.language === 'python' ? MODULE.python : MODULE.script;
  if (!valid.test(module) || !/^[A-Za-z_$][\w$]*$/.test(original) || more.length > 0) {
    refuse(
      'invalid-request',
      `\`${importFrom}\` is no module to import the SE class from. Write it as \`mylib.layers\` or \`mylib.layers:SELayer\`, or leave the setting empty.`,
    );
  }
  const { namespace, importLine } = namespaceFor(source, root, style);
  const own = imports.bindings.find(
    (binding) => !binding.alias && binding.written === `${module}.${original}` && binding.at <= root.from,
  );
  if (own && importLine === null) return { className: own.local, namespace, edit: null, status: 'imported' };
  const className = own?.local ?? freeName(file, original);
  const line = own ? null : importOf(module, original, className, source, style);
  const lines = [importLine, line].filter((one) => one !== null).join(style.eol);
  return { className, namespace, edit: definitionEdit(source, root, lines, null, style), status: 'imported' };
}

function importOf(
  module: string,
  original: string,
  name: string,
  { file }: OpenSource,
  style: CodeStyle,
): string {
  if (file.language === 'python') return `from ${module} import ${renamed(original, name)}`;
  const end = style.semicolons ? ';' : '';
  const quoted = style.quote + module + style.quote;
  const names = name === original ? name : `${original}${usesRequire(file) ? ': ' : ' as '}${name}`;
  return usesRequire(file)
    ? `const { ${names} } = require(${quoted})${end}`
    : `import { ${names} } from ${quoted}${end}`;
}

/** Whether the file takes its modules with `require` only. */
function usesRequire(file: SourceFile): boolean {
  return (
    /\brequire\s*\(/.test(file.text) && !file.module.body.some((one) => file.slice(one).startsWith('import'))
  );
}

/** The tokens of a class, without what layout and taste decide: comments, docstrings, quotes, trailing commas, semicolons. */
function classTokens(tree: Tree, text: string, span: Span | null): string {
  let range = span;
  const tokens: string[] = [];
  tree.iterate({
    from: span?.from ?? 0,
    to: span?.to ?? text.length,
    enter: (node) => {
      const isClass = node.name === 'ClassDefinition' || node.name === 'ClassDeclaration';
      if (isClass) range ??= { from: node.from, to: node.to };
      if (!range || node.from < range.from || node.to > range.to + (isClass ? text.length : 0))
        return undefined;
      if (node.name === 'Comment' || node.name.endsWith('Comment') || node.name === ';') return false;
      const only = node.node.firstChild;
      if (node.name === 'ExpressionStatement' && only?.name === 'String' && !only.nextSibling) return false;
      if (node.name === 'String') {
        tokens.push(`"${text.slice(node.from + 1, node.to - 1)}"`);
        return false;
      }
      if (!only && node.to > node.from) {
        const token = text.slice(node.from, node.to);
        if (/^[)\]}]$/.test(token) && tokens.at(-1) === ',') tokens.pop();
        tokens.push(token);
      }
      return undefined;
    },
  });
  return tokens.join(' ');
}

/** `base`, or `base2`, `base3`, ...: the first that no name in the file equals. The path of an import is no name. */
export function freeName(file: SourceFile, base: string): string {
  const used = new Set<string>();
  for (const statement of eachStatement(file.module.body)) {
    if (statement.kind === 'import') for (const binding of statement.bindings) used.add(binding.local);
  }
  file.tree.iterate({
    enter: (node) => {
      if (node.name === 'ImportStatement') return false;
      if (/^(VariableName|VariableDefinition|TypeName|TypeDefinition)$/.test(node.name))
        used.add(file.slice(node));
      return undefined;
    },
  });
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}${count}`;
    if (!used.has(name)) return name;
  }
}

interface Namespace {
  namespace: string;
  /** A line to add to the imports; null where the file's own suffice. */
  importLine: string | null;
}

function namespaceFor(
  { file, framework, imports }: OpenSource,
  root: Statement,
  style: CodeStyle,
): Namespace {
  const usable = imports.bindings.filter(
    (binding) => !binding.alias && binding.at <= root.from && binding.local !== '*',
  );
  const local = (path: string, suffix = ''): string | null => {
    const found = usable.filter((binding) => binding.path === path).at(-1);
    return found ? found.local + suffix : null;
  };
  const own = (namespace: string | null): Namespace | null =>
    namespace === null ? null : { namespace, importLine: null };
  switch (framework) {
    case 'pytorch':
      return (
        own(local('torch.nn') ?? local('torch', '.nn')) ??
        added(file, 'nn', (name) => `from torch import ${renamed('nn', name)}`)
      );
    case 'keras': {
      const found =
        local('keras.layers') ?? local('keras', '.layers') ?? local('tensorflow', '.keras.layers');
      return (
        own(found) ??
        added(
          file,
          'layers',
          (name) => `from ${kerasPackage(imports.bindings)} import ${renamed('layers', name)}`,
        )
      );
    }
    case 'tfjs': {
      if (imports.usesGlobalTf) return { namespace: 'tf', importLine: null };
      const written = imports.bindings.find(
        (binding) => binding.path.startsWith('tfjs') && !binding.alias,
      )?.written;
      const module = /^@tensorflow\/tfjs(-node(-gpu)?)?/.exec(written ?? '')?.[0] ?? '@tensorflow/tfjs';
      const quoted = style.quote + module + style.quote;
      const end = style.semicolons ? ';' : '';
      return (
        own(local('tfjs')) ??
        added(file, 'tf', (name) =>
          usesRequire(file)
            ? `const ${name} = require(${quoted})${end}`
            : `import * as ${name} from ${quoted}${end}`,
        )
      );
    }
  }
}

function added(file: SourceFile, wanted: string, line: (name: string) => string): Namespace {
  const namespace = freeName(file, wanted);
  return { namespace, importLine: line(namespace) };
}

function renamed(original: string, name: string): string {
  return name === original ? original : `${original} as ${name}`;
}

/** The package of the file's own Keras imports, so that one file does not mix two. */
function kerasPackage(bindings: readonly NamedImport[]): string {
  const written = bindings.find((binding) => binding.path.startsWith('keras'))?.written ?? 'keras';
  return /^(tensorflow\.keras|tf_keras|keras)/.exec(written)?.[0] ?? 'keras';
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
