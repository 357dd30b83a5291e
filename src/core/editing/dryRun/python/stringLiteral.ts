/** What Python string tokens say. */
const TOKEN = /^([a-zA-Z]*)("""|'''|"|')/;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
  '0': '\0',
};

export interface StringShape {
  readonly raw: boolean;
  /** Length of prefix and opening quotes. */
  readonly opening: number;
  /** Length of the closing quotes; 0 where the string is not closed. */
  readonly closing: number;
}

export function stringShape(token: string): StringShape {
  const [start = '', prefix = '', quotes = ''] = TOKEN.exec(token) ?? [];
  const closed = token.length >= start.length + quotes.length && token.endsWith(quotes);
  return { raw: /r/i.test(prefix), opening: start.length, closing: closed ? quotes.length : 0 };
}

/** The text of a token that is no format string. */
export function stringValue(token: string): string {
  const shape = stringShape(token);
  return unescaped(token.slice(shape.opening, token.length - shape.closing), shape.raw);
}

/** Escapes resolved; those of bytes and code points by number, the rest left as written, as Python does. */
export function unescaped(text: string, raw: boolean): string {
  if (raw || !text.includes('\\')) return text;
  return text.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|[^])/g, (whole: string, code: string) =>
    code.length > 1 ? String.fromCharCode(parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? whole),
  );
}
