/** How places in a text move with what is typed. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/**
 * Where `offset` of the old text is in the new one; null where what it stood in was deleted. Changes of one event are all measured in the
 * old text. What is inserted at the offset pushes it on; where the text from it on is replaced, it stays.
 */
export function shiftedOffset(offset: number, changes: readonly TextChange[]): number | null {
  let moved = 0;
  for (const { rangeOffset, rangeLength, text } of changes) {
    if (rangeOffset + rangeLength <= offset) moved += text.length - rangeLength;
    else if (rangeOffset < offset) return null;
  }
  return offset + moved;
}

/** The same, but a deleted place becomes the start of what replaced it. */
export function nearestShiftedOffset(offset: number, changes: readonly TextChange[]): number {
  const shifted = shiftedOffset(offset, changes);
  if (shifted !== null) return shifted;
  const around = changes.find(
    ({ rangeOffset, rangeLength }) => rangeOffset < offset && offset < rangeOffset + rangeLength,
  );
  const start = around?.rangeOffset ?? offset;
  const before = changes.filter(({ rangeOffset, rangeLength }) => rangeOffset + rangeLength <= start);
  return before.reduce((place, { rangeLength, text }) => place + text.length - rangeLength, start);
}
