/** Which SE classes of a file are ours: those that read exactly like a definition this command writes. */
import type { Tree } from '@lezer/common';
import { GATES, SQUEEZES } from '../model/modelSpec';
import { DEFINITION_REDUCTION, seDefinition } from '../codegen/seSnippets';
import type { DefinitionRequest } from '../codegen/seSnippets';
import type { SeOptions } from '../codegen/seOptions';
import { SE_NAME } from './analysis/layerTable';
import { namespaceFor } from './namespace';
import type { OpenSource } from './sites/site';
import type { ClassNode, Span } from './syntax/ast';
import { codeStyleOf } from './syntax/codeStyle';
import type { SourceFile } from './syntax/sourceFile';
import { parseSource } from './syntax/parseSource';

export interface OwnClass {
  readonly node: ClassNode;
  /** The options written into it; the reduction is the default of its constructor. */
  readonly options: SeOptions;
}

/** The file's classes that are ours, whatever their options, by name. */
export function ownClasses(source: OpenSource): ReadonlyMap<string, OwnClass> {
  const { file, framework } = source;
  const found = new Map<string, OwnClass>();
  const style = codeStyleOf(file);
  for (const statement of file.module.body) {
    if (statement.kind !== 'class' || !SE_NAME.test(statement.class.name)) continue;
    const { namespace } = namespaceFor(source, statement, style);
    const className = statement.class.name;
    const own = classTokens(file.tree, file.text, statement.class);
    const written = ALL_OPTIONS.find(
      (options) =>
        own === tokensOf({ framework, language: file.language, className, namespace, options, style }),
    );
    if (written) found.set(className, { node: statement.class, options: written });
  }
  return found;
}

/** The class with its doc comment and the statement that registers it. */
export function ownExtent({ file }: OpenSource, { node }: OwnClass): Span | null {
  const index = file.module.body.findIndex((one) => one.kind === 'class' && one.class === node);
  const root = file.module.body[index];
  if (!root) return null;
  const next = file.module.body[index + 1];
  const registers = next && file.slice(next).includes(`registerClass(${node.name})`) ? next : root;
  const above = file.tree.resolveInner(Math.max(0, file.lineStart(root.from) - 1), -1);
  const comment = above.name === 'BlockComment' && above.to <= root.from ? above : root;
  return { from: comment.from, to: registers.to };
}

const ALL_OPTIONS: readonly SeOptions[] = SQUEEZES.flatMap((squeeze) =>
  GATES.flatMap((gate) =>
    [true, false].map((bias) => ({ reduction: DEFINITION_REDUCTION, squeeze, gate, bias })),
  ),
);

/** Whether the class reads like that definition, layout, comments and docstring aside. */
export function isDefinition(file: SourceFile, node: ClassNode, request: DefinitionRequest): boolean {
  return classTokens(file.tree, file.text, node) === tokensOf(request);
}

/** What definitions read like, kept: a file with blocks is asked about all their options after each change. */
const known = new Map<string, string>();
const MOST_KNOWN = 512;

function tokensOf(request: DefinitionRequest): string {
  const key = JSON.stringify(request);
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const text = seDefinition(request);
  const tokens = classTokens(parseSource(text, request.language), text, null);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, tokens);
  return tokens;
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
