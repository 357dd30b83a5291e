import type { TextEdit } from '../../../core/editing/insertTypes';

export interface EditedText {
  /** With the edits made. */
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/**
 * Line (from 0) to bring into view when a preview changes: the call of the block where that moved, else the first line that is different, such
 * as the class with another gate. Null: leave the view where it is.
 */
export function lineToShow(before: EditedText | null, now: EditedText): number | null {
  if (before?.text === now.text) return null;
  const call = now.edits.at(-1);
  const callBefore = before?.edits.at(-1);
  if (!before || call?.offset !== callBefore?.offset || call?.newText !== callBefore?.newText)
    return lineOfLastEdit(now.text, now.edits);
  let same = 0;
  while (before.text[same] === now.text[same]) same++;
  return lineIndex(now.text, same);
}

/** Line (from 0) where the last edit stands in the edited text, which is the call of the block; null without edits. */
export function lineOfLastEdit(text: string, edits: readonly TextEdit[]): number | null {
  const last = edits.at(-1);
  if (!last) return null;
  const moved = edits.slice(0, -1).reduce((sum, edit) => sum + edit.newText.length - edit.length, 0);
  // A line that is put in begins or ends with a line end; what it says is between them.
  const blank = /^\s*/.exec(last.newText)?.[0].length ?? 0;
  return lineIndex(text, last.offset + moved + (blank < last.newText.length ? blank : 0));
}

function lineIndex(text: string, offset: number): number {
  return text.slice(0, offset).match(/\r\n|\r|\n/g)?.length ?? 0;
}
