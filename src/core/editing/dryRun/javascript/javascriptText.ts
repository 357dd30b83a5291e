import type { Value } from '../values/values';
import { Dict, List } from '../values/values';

/** JavaScript's String() of a value; null where it is not known. */
export function javascriptText(value: Value, depth = 0): string | null {
  if (value === null || value === undefined || ['string', 'number', 'boolean'].includes(typeof value))
    return String(value);
  if (value instanceof Dict) return '[object Object]';
  if (!(value instanceof List) || value.doubt !== null || depth > 8) return null;
  const texts = value.items.map((item) =>
    item === null || item === undefined ? '' : javascriptText(item, depth + 1),
  );
  return texts.includes(null) ? null : texts.join(',');
}
