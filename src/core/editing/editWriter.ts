/** Turns a site into text edits: constructor line, call, class. */
import type { SeOptions } from '../codegen/seOptions';
import { DEFINITION_REDUCTION } from '../codegen/seSnippets';
import type { CodeStyle } from '../codegen/seSnippets';
import type { ClassAttributes } from './analysis/scope';
import type { ClassNode } from './syntax/ast';
import type { Definition } from './definition';
import type { TextEdit } from './insertTypes';
import { refuse } from './insertTypes';
import type { CastText, Insertion, OpenSource, Site } from './sites/site';
import { rngsArgument } from './sites/rngs';
import { quoteCode } from './sites/site';

/** The expression that makes the block, e.g. `SqueezeExcite(planes, reduction=8)` or `new SqueezeExcite()`. */
function blockExpression(site: Site, source: OpenSource, definition: Definition, reduction: number): string {
  const { framework, file } = source;
  const isDefault = reduction === DEFINITION_REDUCTION;
  const keyword = `reduction=${reduction}`;
  const channels = site.channels.status === 'known' ? file.slice(site.channels.source.expr) : '';
  switch (framework) {
    case 'pytorch':
      return `${definition.className}(${channels}${isDefault ? '' : `, ${keyword}`})`;
    case 'flax-nnx':
      return `${definition.className}(${channels}${isDefault ? '' : `, ${keyword}`}, ${rngsArgument(site, source)})`;
    case 'keras':
    case 'flax-linen':
      return `${definition.className}(${isDefault ? '' : keyword})`;
    case 'tfjs':
      return `new ${definition.className}(${isDefault ? '' : `{ reduction: ${reduction} }`})`;
  }
}

/** All edits but the class's own, in any order; two may share an offset. */
export function siteEdits(
  site: Site,
  source: OpenSource,
  definition: Definition,
  options: SeOptions,
  style: CodeStyle,
  names: AttributeNames,
): TextEdit[] {
  const { framework } = source;
  const block = blockExpression(site, source, definition, options.reduction);
  const edits: TextEdit[] = [];
  let callee = framework === 'tfjs' ? `${block}.apply` : block;
  if (site.construction) {
    const { after, self, forwardSelf, attributes } = site.construction;
    const name = names.next(attributes);
    edits.push(lineAfter(after, `${self}.${name} = ${block}`, source, style));
    callee = `${forwardSelf}.${name}`;
  }
  const end = framework === 'tfjs' && style.semicolons ? ';' : '';
  const cast = (castText: CastText): string => castText ?? ` as ${definition.namespace}.SymbolicTensor`;
  const { insertion } = site;
  switch (insertion.form) {
    case 'line': {
      const { variable, statement } = insertion;
      const line = `${variable} = ${callee}(${variable})${cast(insertion.castText)}${end}`;
      edits.push(
        insertion.where === 'after'
          ? lineAfter(statement, line, source, style)
          : lineBefore(statement, line, source, style),
      );
      break;
    }
    case 'wrap':
      for (const { from, to } of insertion.spans) {
        edits.push({ offset: from, length: 0, newText: `${callee}(` });
        edits.push({ offset: to, length: 0, newText: `)${cast(insertion.castText)}` });
      }
      break;
    case 'method-call':
      edits.push(lineAfter(insertion.statement, `${insertion.callee}(${block})${end}`, source, style));
      break;
    case 'item':
      edits.push(...itemEdits(insertion, block, source, style));
      break;
  }
  return edits;
}

/** Names for the blocks that classes hold: `se`, or `se2`, `se3`, ... where a class already uses that attribute. */
export class AttributeNames {
  private readonly used = new Map<ClassNode, Set<string>>();

  constructor(private readonly source: OpenSource) {}

  next(attributes: ClassAttributes): string {
    const used = this.namesIn(attributes.node);
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? 'se' : `se${count}`;
      if (used.has(name) || attributes.has(name)) continue;
      used.add(name);
      return name;
    }
  }

  private namesIn(node: ClassNode): Set<string> {
    const { file } = this.source;
    const known = this.used.get(node);
    if (known) return known;
    const used = new Set<string>();
    file.tree.iterate({
      from: node.from,
      to: node.to,
      enter: (part) => {
        if (part.name === 'PropertyName') used.add(file.slice(part));
      },
    });
    this.used.set(node, used);
    return used;
  }
}

function lineAfter(
  statement: { from: number; to: number },
  line: string,
  { file }: OpenSource,
  style: CodeStyle,
): TextEdit {
  if (!file.takesLineAfter(statement)) {
    return refuse(
      'unsupported-shape',
      `${quoteCode(statement, file)} shares its line with other code. Put it on a line of its own and try again.`,
    );
  }
  return {
    offset: file.lineEnd(statement.to),
    length: 0,
    newText: style.eol + file.indentAt(statement.from) + line,
  };
}

function lineBefore(
  statement: { from: number },
  line: string,
  { file }: OpenSource,
  style: CodeStyle,
): TextEdit {
  return {
    offset: file.lineStart(statement.from),
    length: 0,
    newText: file.indentAt(statement.from) + line + style.eol,
  };
}

/** One more element after `items[index]`: on a line of its own where that element has one, else right behind it. */
function itemEdits(
  { items, index }: Extract<Insertion, { form: 'item' }>,
  block: string,
  { file }: OpenSource,
  style: CodeStyle,
): TextEdit[] {
  const item = items[index];
  if (!item) return refuse('no-site', 'Put the cursor on a layer in the list.');
  const end = item.comma ?? item.to;
  if (!file.startsLine(item.from) || !file.endsLine(end)) {
    return [{ offset: item.to, length: 0, newText: `, ${block}` }];
  }
  const newLine = style.eol + file.indentAt(item.from) + block;
  const lineEnd = file.lineEnd(end);
  if (item.comma !== null) return [{ offset: lineEnd, length: 0, newText: `${newLine},` }];
  return [
    { offset: item.to, length: 0, newText: ',' },
    { offset: lineEnd, length: 0, newText: newLine },
  ];
}

/** Ascending, with insertions at the same offset joined in the order given. */
export function orderedEdits(edits: readonly TextEdit[]): TextEdit[] {
  const sorted = edits
    .map((edit, order) => ({ edit, order }))
    .sort((a, b) => a.edit.offset - b.edit.offset || a.order - b.order);
  const joined: TextEdit[] = [];
  for (const { edit } of sorted) {
    const last = joined.at(-1);
    if (last && last.offset === edit.offset && last.length === 0) {
      joined[joined.length - 1] = { ...edit, newText: last.newText + edit.newText };
    } else joined.push(edit);
  }
  return joined;
}

/** The text after the edits, which must be ordered and apart, as `EditPlan` promises. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let position = 0;
  for (const edit of edits) {
    result += text.slice(position, edit.offset) + edit.newText;
    position = edit.offset + edit.length;
  }
  return result + text.slice(position);
}
