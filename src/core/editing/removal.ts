/** The edits that take an SE block out of the code: its construction, its calls, and the class once nothing else uses it. */
import { eachStatement, innerBodies, withoutCast } from './syntax/ast';
import type { Expr, Item, Span, Statement } from './syntax/ast';
import type { TextEdit } from './insertTypes';
import { refuse } from './insertTypes';
import type { OwnClass } from './ownClass';
import { ownExtent } from './ownClass';
import type { OpenSource } from './sites/site';
import { quoteCode } from './sites/site';
import type { FoundUse } from './findUses';
import type { SeCall } from './seCalls';

export interface Removal {
  /** Ascending and apart. */
  readonly edits: readonly TextEdit[];
  /** Offset of the first edit that took out a call (or the list's element), and the variable it was called with where it had its own line. */
  readonly callAt: number;
  /** Where that call ended, closing bracket and all; null where it had a line of its own. */
  readonly callTo: number | null;
  readonly variable: string | null;
  readonly classRemoved: boolean;
}

/** Refuses where the block is made or read in a way that cannot be undone line by line. */
export function removalOf(source: OpenSource, use: FoundUse): Removal {
  const { calls, mentions } = use;
  const { fate, statement } = use.construction;
  const [mention] = mentions;
  if (mention)
    return refuse(
      'unsupported-shape',
      `The block is also read in ${quoteCode(mention, source.file)}. Take that out first and try again.`,
    );
  const callEdits = calls.flatMap((call) => callEdit(source, call));
  const making = constructionEdits(source, use);
  const callAt =
    (fate.kind === 'attribute' ? callEdits[0] : (callEdits[0] ?? making[0]))?.offset ?? statement.from;
  const closing = callEdits[1];
  const callTo = closing ? closing.offset + closing.length : null;
  const classEdit = ownClassEdit(source, use);
  const [first] = calls;
  const argument = first?.call.args[0]?.value;
  const variable = callEdits.length === 1 && argument?.kind === 'name' ? argument.name : null;
  const classEdits = classEdit ? [classEdit, ...importEdits(source, classEdit)] : [];
  const edits = [...callEdits, ...making, ...classEdits].sort((a, b) => a.offset - b.offset);
  return { edits, callAt, callTo, variable, classRemoved: classEdit !== null };
}

function constructionEdits(source: OpenSource, use: FoundUse): TextEdit[] {
  const { fate, statement, body, expr } = use.construction;
  switch (fate.kind) {
    case 'attribute':
    case 'statement':
      return [wholeLines(source, statement, body)];
    case 'item':
      return itemEdits(source, fate.items, fate.index);
    case 'applied':
      return [];
    case 'other':
      return refuse(
        'unsupported-shape',
        `${quoteCode(expr, source.file)} is used in a way that this command does not understand. Take it out by hand.`,
      );
  }
}

/** `x = self.se(x)` goes with its line; anywhere else the call makes way for its argument. */
function callEdit(source: OpenSource, { call, parent, statement }: SeCall): TextEdit[] {
  const { file } = source;
  const [argument] = call.args;
  if (!argument || call.args.length !== 1 || argument.name !== null || argument.spread) {
    return refuse(
      'unsupported-shape',
      `${quoteCode(call, file)} does not take one tensor. Take it out by hand.`,
    );
  }
  const { value } = argument;
  const target =
    statement.kind === 'assign' && statement.targets.length === 1 ? statement.targets[0] : undefined;
  const sameVariable = target?.kind === 'name' && value.kind === 'name' && target.name === value.name;
  const scope = bodyOf(source, statement);
  if (
    sameVariable &&
    statement.kind === 'assign' &&
    withoutCast(statement.value) === call &&
    file.standsAlone(statement)
  )
    return [wholeLines(source, statement, scope)];
  const whole = scaled(call, value, parent, source) ?? uncast(call, value, parent);
  const inner = value.kind === 'cast' ? value.value : value;
  const needsParentheses =
    parent !== null && whole === call && ['binary', 'conditional', 'other'].includes(inner.kind);
  return [
    { offset: whole.from, length: inner.from - whole.from, newText: needsParentheses ? '(' : '' },
    { offset: inner.to, length: whole.to - inner.to, newText: needsParentheses ? ')' : '' },
  ];
}

/** `x * self.se(x)`: the block gives gates alone, so the product goes. The argument's own text in the call stays. */
function scaled(call: Expr, argument: Expr, parent: Expr | null, { file }: OpenSource): Expr | null {
  if (parent?.kind !== 'binary' || parent.operator !== '*') return null;
  const other = parent.left === call ? parent.right : parent.left;
  return file.slice(other) === file.slice(argument) ? parent : null;
}

/** `.apply(x)` needed a cast that `x` itself does not; an applied layer inside keeps it. */
function uncast(call: Expr, argument: Expr, parent: Expr | null): Expr {
  return parent?.kind === 'cast' && (argument.kind === 'name' || argument.kind === 'member') ? parent : call;
}

/** The list of statements that holds one, at any depth of the file. */
function bodyOf({ file }: OpenSource, wanted: Statement): readonly Statement[] {
  const bodies = [file.module.body, ...file.module.functions.map((node) => node.body)];
  for (const body of bodies) {
    if (body.includes(wanted)) return body;
    for (const statement of eachStatement(body))
      for (const inner of innerBodies(statement)) if (inner.includes(wanted)) return inner;
  }
  return [];
}

/** The lines of a statement that no other code shares and whose block has others. */
function wholeLines(source: OpenSource, statement: Statement, body: readonly Statement[]): TextEdit {
  const { file } = source;
  const holder = body.includes(statement) ? body : bodyOf(source, statement);
  if (!file.standsAlone(statement))
    return refuse(
      'unsupported-shape',
      `${quoteCode(statement, file)} shares its line with other code. Put it on a line of its own and try again.`,
    );
  if (holder.length < 2)
    return refuse(
      'unsupported-shape',
      `${quoteCode(statement, file)} is all that its block has, so the block itself would have to go. Take it out by hand.`,
    );
  return linesEdit(source, statement);
}

function linesEdit({ file }: OpenSource, span: Span): TextEdit {
  const offset = file.lineStart(span.from);
  return { offset, length: file.nextLine(span.to) - offset, newText: '' };
}

/** An element with its line where it has one, else with the comma before it. */
function itemEdits(source: OpenSource, items: readonly Item[], index: number): TextEdit[] {
  const { file } = source;
  const item = items[index];
  const before = items[index - 1];
  const after = items[index + 1];
  if (!item) return [];
  if (file.startsLine(item.from) && file.endsLine(item.comma ?? item.to)) {
    const line = linesEdit(source, { from: item.from, to: item.comma ?? item.to });
    // The comma that the element was given before it goes too, unless the style is to end the list with one.
    return before?.comma && !after && item.comma === null
      ? [{ offset: before.to, length: before.comma - before.to, newText: '' }, line]
      : [line];
  }
  if (before) return [{ offset: before.to, length: item.to - before.to, newText: '' }];
  return [{ offset: item.from, length: (after?.from ?? item.to) - item.from, newText: '' }];
}

/** Our own class with what registers it, where the block was its only use. */
function ownClassEdit(source: OpenSource, use: FoundUse): TextEdit | null {
  const { file } = source;
  const extent = use.own && ownExtent(source, use.own);
  if (!use.own || !extent || otherMentions(source, use.own, [extent, use.construction.expr]) > 0) return null;
  const from = blankLinesBefore(file, file.lineStart(extent.from));
  return { offset: from, length: file.nextLine(extent.to) - from, newText: '' };
}

/** Imports that only the class read. */
function importEdits(source: OpenSource, gone: TextEdit): TextEdit[] {
  const { file } = source;
  const inside = (offset: number): boolean => gone.offset <= offset && offset < gone.offset + gone.length;
  return file.module.body.flatMap((statement): TextEdit[] => {
    if (statement.kind !== 'import' || statement.bindings.length !== 1 || !file.standsAlone(statement))
      return [];
    const name = statement.bindings[0]?.local;
    const counts = { within: 0, without: 0 };
    file.tree.iterate({
      enter: (part) => {
        if (part.name === 'ImportStatement' || part.name === 'ImportDeclaration') return false;
        if (/^(VariableName|TypeName)$/.test(part.name) && file.slice(part) === name)
          counts[inside(part.from) ? 'within' : 'without'] += 1;
        return undefined;
      },
    });
    return counts.within > 0 && counts.without === 0 ? [linesEdit(source, statement)] : [];
  });
}

/** How often the class's name is read outside the given stretches. */
export function otherMentions({ file }: OpenSource, { node }: OwnClass, apartFrom: readonly Span[]): number {
  let others = 0;
  file.tree.iterate({
    enter: (part) => {
      const isName = /^(VariableName|TypeName)$/.test(part.name) && file.slice(part) === node.name;
      if (isName && !apartFrom.some((span) => span.from <= part.from && part.to <= span.to)) others += 1;
    },
  });
  return others;
}

function blankLinesBefore(file: OpenSource['file'], offset: number): number {
  let start = offset;
  while (start > 0) {
    const previous = file.lineStart(start - 1);
    if (file.text.slice(previous, start).trim() !== '') return start;
    start = previous;
  }
  return start;
}
