import type { Value } from '../values/values';
import { Dict, List } from '../values/values';
import { Visits } from '../values/visits';

/** JavaScript's String() of a value; null where it is not known. */
export function javascriptText(value: Value, visits = new Visits(1_000)): string | null {
  if (!visits.next()) return null;
  if (value === null || value === undefined || ['string', 'number', 'boolean'].includes(typeof value))
    return String(value);
  if (value instanceof Dict) return '[object Object]';
  if (!(value instanceof List) || value.doubt !== null) return null;
  const texts: string[] = [];
  for (const item of value.items) {
    const text = item === null || item === undefined ? '' : javascriptText(item, visits);
    // At once: a list that holds itself would go through all its items at each of its levels.
    if (text === null) return null;
    texts.push(text);
  }
  return texts.join(',');
}
