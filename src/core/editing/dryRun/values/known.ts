import type { Value } from './values';
import { External, Opaque, Unknown } from './values';

/** Why a value is not known; null where it is. */
export function whyUnknown(value: Value): string | null {
  if (value instanceof Unknown) return value.why;
  if (value instanceof Opaque) return `what \`${value.callee}\` gives`;
  if (value instanceof External) return `\`${value.path}\` of another file`;
  return null;
}

const KNOWN_LIBRARIES =
  /^(torch|torchvision|timm|numpy|keras|tensorflow|jax|flax|math|functools|@tensorflow\/tfjs)\b/;

/**
 * By the conventions of names a class of another file, or a function of a library: neither None nor false, and no
 * number. Other names may be constants of any value.
 */
export function isThing({ path }: External): boolean {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (/^_*[A-Z]/.test(name)) return /[a-z]/.test(name);
  return KNOWN_LIBRARIES.test(path) && !/^[A-Z\d_]+$/.test(name);
}
