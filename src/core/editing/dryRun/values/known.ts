import type { Value } from './values';
import { External, Opaque, Unknown } from './values';

/** Why a value is not known; null where it is. */
export function whyUnknown(value: Value): string | null {
  if (value instanceof Unknown) return value.why;
  if (value instanceof Opaque) return `what \`${value.callee}\` gives`;
  if (value instanceof External) return `\`${value.path}\` of another file`;
  return null;
}
