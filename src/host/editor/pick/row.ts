/** Rows of the picks: what stands in them and what choosing one does. Pure, so that tests can read them. */

/** set: choose this, and preview it as soon as the row is looked at. open: go to a level of choices. none: to be read only. */
export type RowAction<Choice> =
  | { readonly kind: 'apply' }
  | { readonly kind: 'open'; readonly level: string }
  | { readonly kind: 'set'; readonly choice: Choice }
  | { readonly kind: 'none' };

export interface ItemRow<Choice> {
  readonly kind: 'item';
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly action: RowAction<Choice>;
  /** Where the list of a level starts. */
  readonly current?: boolean;
}

export interface HeadingRow {
  readonly kind: 'heading';
  readonly label: string;
}

export type Row<Choice> = ItemRow<Choice> | HeadingRow;

/** About as many characters as a quick pick shows in a line of labels that has a heading at its end. */
const LINE = 72;

/** A sentence to read, over as many lines as it needs: quick picks cut what is longer. */
export function sentenceRows<Choice>(icon: string, sentence: string): ItemRow<Choice>[] {
  const lines = wrapped(sentence, LINE);
  const rows: ItemRow<Choice>[] = [];
  for (let line = 0; line < lines.length; line += 2) {
    const detail = lines[line + 1];
    rows.push({
      kind: 'item',
      label: `$(${line === 0 ? icon : 'blank'}) ${lines[line] ?? ''}`,
      ...(detail !== undefined && { detail }),
      action: { kind: 'none' },
    });
  }
  return rows;
}

/** The text in lines of at most `width` characters, broken at spaces where there are any. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** `3 blocks`, `1 block`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
