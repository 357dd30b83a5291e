/** Two rounds of edits as one: what the second says of the text that the first made, said of the text before. */
import type { TextEdit } from './insertTypes';
import { orderedEdits } from './editWriter';

/**
 * `first` is of the old text, `second` (insertions only) of the text after `first`. The result is of the old text, ascending; where a
 * stretch would be replaced by itself nothing is said.
 */
export function composeEdits(
  text: string,
  first: readonly TextEdit[],
  second: readonly TextEdit[],
): TextEdit[] {
  const moved = second.map((edit) => ({ ...edit, offset: offsetBefore(first, edit.offset) }));
  return orderedEdits([...moved, ...first])
    .map((edit) => trimmed(text, edit))
    .filter((edit) => edit.length > 0 || edit.newText !== '');
}

/** Where an offset of the text after the edits lies in the text before; the start of a stretch that was taken out. */
export function offsetBefore(edits: readonly TextEdit[], after: number): number {
  let shift = 0;
  for (const edit of edits) {
    const start = edit.offset + shift;
    if (after <= start) break;
    if (after < start + edit.newText.length) return edit.offset;
    shift += edit.newText.length - edit.length;
  }
  return after - shift;
}

/** Where an offset of the text before the edits lies in the text after them. */
export function offsetAfter(edits: readonly TextEdit[], before: number): number {
  let shift = 0;
  for (const edit of edits) {
    if (before < edit.offset + edit.length) return Math.min(before, edit.offset) + shift;
    shift += edit.newText.length - edit.length;
  }
  return before + shift;
}

/** The same edit without what old and new text have in common at both ends. */
export function trimmed(text: string, { offset, length, newText }: TextEdit): TextEdit {
  const old = text.slice(offset, offset + length);
  const most = Math.min(old.length, newText.length);
  let head = 0;
  while (head < most && old[head] === newText[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === newText[newText.length - 1 - tail]) tail += 1;
  return {
    offset: offset + head,
    length: length - head - tail,
    newText: newText.slice(head, newText.length - tail),
  };
}
