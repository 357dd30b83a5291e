/** Python's str(), repr(), format specifications and `%` formatting. Null: not known. */
import { asNumber, Float, floatText, Range } from '../values/numbers';
import type { Value } from '../values/values';
import { Dict, List, Tuple } from '../values/values';
import { Visits } from '../values/visits';

export function textOf(value: Value): string | null {
  return typeof value === 'string' ? value : reprOf(value);
}

export function reprOf(value: Value, visits = new Visits(1_000)): string | null {
  if (!visits.next()) return null;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    return quote + value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n') + quote;
  }
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Range) return null;
  if (value instanceof List || value instanceof Tuple) {
    if (value instanceof List && value.doubt !== null) return null;
    const items: string[] = [];
    for (const item of value.items) {
      const text = reprOf(item, visits);
      // At once: a list that holds itself would go through all its items at each of its levels.
      if (text === null) return null;
      items.push(text);
    }
    if (value instanceof List) return `[${items.join(', ')}]`;
    return items.length === 1 ? `(${items.join('')},)` : `(${items.join(', ')})`;
  }
  return null;
}

const SPEC = /^(?:(.)?([<>^=]))?([+ -])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/;
const WIDEST = 1_000;

/** `format(value, spec)`. */
export function formatted(value: Value, spec: string): string | null {
  if (spec === '') return textOf(value);
  const [match, fill, align, sign, , zero, widthText, grouping, precision, type] = SPEC.exec(spec) ?? [];
  const width = Number(widthText ?? 0);
  const digits = precision === undefined ? null : Number(precision);
  if (match === undefined || width > WIDEST || (digits ?? 0) > 100) return null;
  const number = typeof value === 'string' ? null : asNumber(value);
  const body =
    number === null
      ? textOf(value)?.slice(0, digits ?? undefined)
      : numberText(value, number, digits, type ?? '', grouping ?? '');
  if (body === undefined || body === null) return null;
  const signed = number !== null && number >= 0 && (sign === '+' || sign === ' ') ? sign + body : body;
  const side = align ?? (zero ? '=' : number === null ? '<' : '>');
  return padded(signed, width, fill ?? (zero ? '0' : ' '), side);
}

function padded(text: string, width: number, fill: string, side: string): string {
  const missing = width - text.length;
  if (missing <= 0) return text;
  if (side === '<') return text + fill.repeat(missing);
  if (side === '^') return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2));
  const sign = side === '=' && /^[+-]/.test(text) ? text.charAt(0) : '';
  return sign + fill.repeat(missing) + text.slice(sign.length);
}

function numberText(
  value: Value,
  number: number,
  digits: number | null,
  type: string,
  grouping: string,
): string | null {
  const group = (text: string): string =>
    grouping === '' ? text : text.replace(/\d(?=(\d{3})+(?!\d))/g, `$&${grouping}`);
  switch (type) {
    case '':
      if (digits !== null) return Number(number.toPrecision(Math.max(1, digits))).toString();
      return group(value instanceof Float ? floatText(number) : String(number));
    case 'd':
    case 'n':
      return value instanceof Float ? null : group(String(number));
    case 'x':
      return number.toString(16);
    case 'X':
      return number.toString(16).toUpperCase();
    case 'o':
      return number.toString(8);
    case 'b':
      return number.toString(2);
    case 'f':
    case 'F': {
      const [whole = '', fraction] = number.toFixed(digits ?? 6).split('.');
      return fraction === undefined ? group(whole) : `${group(whole)}.${fraction}`;
    }
    case 'e':
      return number.toExponential(digits ?? 6).replace(/e([+-])(\d)$/, 'e$10$2');
    case 'g':
      return String(Number(number.toPrecision(digits === 0 ? 1 : (digits ?? 6))));
    case '%':
      return `${(number * 100).toFixed(digits ?? 6)}%`;
    default:
      return null;
  }
}

const DIRECTIVE = /%(?:\(([^)]*)\))?([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** `template % value`. */
export function percentFormatted(template: string, value: Value): string | null {
  const values = value instanceof Tuple ? value.items : [value];
  let at = 0;
  let known = true;
  const text = template.replace(
    DIRECTIVE,
    (_, key: string | undefined, flags: string, width = '', precision: string | undefined, type: string) => {
      if (type === '%') return '%';
      let item: Value;
      if (key !== undefined) item = value instanceof Dict ? value.entries.get(`s${key}`)?.value : undefined;
      else {
        item = values[at];
        at += 1;
      }
      const digits = precision === undefined ? '' : `.${precision}`;
      const align = flags.includes('-') ? '<' : flags.includes('0') ? '0' : '>';
      const sign = flags.includes('+') ? '+' : '';
      const shown = directive(item, type, (letter) =>
        align === '0' ? `${sign}0${width}${digits}${letter}` : `${align}${sign}${width}${digits}${letter}`,
      );
      if (shown === null) known = false;
      return shown ?? '';
    },
  );
  return known ? text : null;
}

function directive(item: Value, type: string, spec: (letter: string) => string): string | null {
  const number = asNumber(item);
  if (type === 's') {
    const text = textOf(item);
    return text === null ? null : formatted(text, spec(''));
  }
  if (type === 'r') return reprOf(item);
  if (number === null) return null;
  if (type === 'd' || type === 'i' || type === 'u') return formatted(Math.trunc(number), spec('d'));
  return formatted(item, spec(type));
}
