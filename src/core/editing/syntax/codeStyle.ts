/** How a file is written: one level of indentation, line ends, quotes, semicolons. Whatever most of the file does. */
import type { CodeStyle } from '../../codegen/seSnippets';
import type { SourceFile } from './sourceFile';

class Tally {
  private readonly counts = new Map<string, number>();

  add(value: string): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }

  /** The most frequent value; the first seen wins a tie. */
  winner<T extends string>(fallback: T): T {
    let best: string = fallback;
    let most = 0;
    for (const [value, count] of this.counts) if (count > most) [best, most] = [value, count];
    return best as T;
  }
}

/** Reads the style of a file; PEP 8 and Prettier's defaults where it shows none. */
export function codeStyleOf(file: SourceFile): CodeStyle {
  const python = file.language === 'python';
  const indents = new Tally();
  const quotes = new Tally();
  const ends = new Tally();
  const eols = new Tally();
  for (const [eol] of file.text.matchAll(/\r\n|\n/g)) eols.add(eol);
  file.tree.iterate({
    enter: (node) => {
      if (node.name === 'String') {
        const opening = /^[a-zA-Z]*(["'])(?!\1\1)/.exec(file.text.slice(node.from, node.from + 6));
        if (opening?.[1]) quotes.add(opening[1]);
        return false;
      }
      if (node.name === 'Body' || node.name === 'Block' || node.name === 'ClassBody') {
        const opener = file.indentAt(node.from);
        const first = node.node.firstChild?.nextSibling;
        if (first && file.startsLine(first.from) && first.from > file.lineEnd(node.from)) {
          const inner = file.indentAt(first.from);
          if (inner.startsWith(opener) && inner.length > opener.length)
            indents.add(inner.slice(opener.length));
        }
      } else if (!python && (node.name === 'ExpressionStatement' || node.name === 'VariableDeclaration')) {
        ends.add(file.text[node.to - 1] === ';' ? ';' : 'none');
      }
      return undefined;
    },
  });
  return {
    indent: indents.winner(python ? '    ' : '  '),
    eol: eols.winner<'\n' | '\r\n'>('\n'),
    quote: quotes.winner<'"' | "'">(python ? '"' : "'"),
    semicolons: ends.winner<';' | 'none'>(';') === ';',
  };
}
