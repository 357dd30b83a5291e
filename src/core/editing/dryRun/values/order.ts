import { isEqual } from './equality';
import { asNumber } from './numbers';
import type { Value } from './values';
import { List, Tuple } from './values';
import { Visits } from './visits';

/** Python's `<` on numbers, texts, lists and tuples; null where it cannot be known. */
export function isLess(a: Value, b: Value, visits?: Visits): boolean | null {
  const left = asNumber(a);
  const right = asNumber(b);
  if (left !== null && right !== null) return left < right;
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    const seen = visits ?? new Visits();
    for (const [index, item] of a.items.entries()) {
      if (index >= b.items.length) return false;
      const other = b.items[index];
      const equal = seen.next() ? isEqual(item, other, seen) : null;
      if (equal === null) return null;
      if (!equal) return isLess(item, other, seen);
    }
    return a.items.length < b.items.length;
  }
  return null;
}
