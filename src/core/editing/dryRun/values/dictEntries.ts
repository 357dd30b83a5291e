import { keyOf } from './equality';
import { whyUnknown } from './known';
import type { Dict, Value } from './values';

/** Puts an entry into a dictionary that nobody else has yet. */
export function putEntry(dict: Dict, key: Value, value: Value): void {
  const id = keyOf(key);
  if (id === null) dict.doubt ??= whyUnknown(key) ?? 'a key is not known';
  else dict.entries.set(id, { key: dict.entries.get(id)?.key ?? key, value });
}
