/** What becomes of a definition's name, which may be any text, in source code. */

const MAX_LENGTH = 60;

/** Letters, digits and underscores, not beginning with a digit: a module's name. */
export function snakeName(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const joined = words.join('_').slice(0, MAX_LENGTH).replace(/_$/, '');
  if (joined === '') return 'model';
  return /^[0-9]/.test(joined) ? `model_${joined}` : joined;
}

/** The name as it can stand in a comment or a docstring of Python and JavaScript: on one line, and unable to end either. */
export function commentName(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('\\', '/')
    .replaceAll('"', "'")
    .replaceAll('*/', '* /')
    .replace(/ {2,}/g, ' ')
    .trim();
}
