/** How numbers are written everywhere in the page: English digits, a true minus sign, fixed decimals so that columns align. */

/** Shown where there is no number (yet). */
export const NO_VALUE = '–';
const MINUS = '\u2212';
const grouped = new Intl.NumberFormat('en-US');

function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', MINUS);
}

/** A fraction as percent, e.g. 0.4512 -> `45.1%`. */
export function percent(fraction: number | undefined, digits = 1): string {
  return fraction === undefined || !Number.isFinite(fraction)
    ? NO_VALUE
    : `${fixed(fraction * 100, digits)}%`;
}

/** A difference of two fractions in percentage points with its sign, e.g. 0.0112 -> `+1.1`. */
export function signedPoints(difference: number | undefined, digits = 1): string {
  return difference === undefined ? NO_VALUE : signed(difference * 100, digits);
}

/** A number with its sign; what rounds to zero has none. */
export function signed(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return NO_VALUE;
  const text = fixed(Math.abs(value), digits);
  if (Number(text) === 0) return text;
  return value < 0 ? MINUS + text : `+${text}`;
}

/** A plain number with fixed decimals. */
export function decimal(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? NO_VALUE : fixed(value, digits);
}

/** A whole number with thousands separators. */
export function wholeNumber(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? NO_VALUE : grouped.format(Math.round(value));
}

/** A large count in three figures: `940`, `78.3 K`, `40.8 M`, `1.52 G`. */
export function shortCount(value: number): string {
  for (const [limit, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'K'],
  ] as const) {
    if (value >= limit) return `${(value / limit).toPrecision(3)} ${unit}`;
  }
  return wholeNumber(value);
}

/** `1 epoch`, `5 epochs`. */
export function plural(amount: number, singular: string): string {
  return `${wholeNumber(amount)} ${singular}${amount === 1 ? '' : 's'}`;
}
