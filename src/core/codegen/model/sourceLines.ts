/** Joins lines, each of which may be several; what is false or undefined leaves no trace, an empty text an empty line. */
export function lines(...parts: (string | false | undefined)[]): string {
  return parts.filter((part) => part !== false && part !== undefined).join('\n');
}

/** The same text further in; empty lines stay empty. */
export function indented(text: string, indent: string): string {
  return text.replace(/^(?=.)/gm, indent);
}

/** Breaks at blanks so that no line is longer than `width`, where words allow it; `hanging` stands before every line but the first. */
export function wrapped(text: string, width: number, hanging = ''): string {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(' ')) {
    if (row !== '' && row.length + 1 + word.length > width) {
      rows.push(row);
      row = hanging + word;
    } else {
      row = row === '' ? word : `${row} ${word}`;
    }
  }
  return [...rows, row].join('\n');
}

/** The number as Python and JavaScript take it, small ones with an exponent: 1e-5. */
export function shortNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);
}
