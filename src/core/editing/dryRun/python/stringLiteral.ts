/** What Python string tokens say. */
import { unescaped } from '../code/escapes';

const TOKEN = /^([a-zA-Z]*)("""|'''|"|')/;

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
