/** The text of a definition as a syntax tree: hostile input is refused before anything recursive sees it. */
import { createScanner, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Problem, UnplacedProblem } from './problem';

/** Longest text that is read, in UTF-16 units. A full definition has about 1,500. */
export const MAX_TEXT_LENGTH = 256 * 1024;
/** Deepest nesting that is read; a definition has three levels. */
export const MAX_DEPTH = 16;

/** Names that would reach an object's prototype; no setting has them. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface DefinitionTree {
  /** Absent if the text is too long, too deep, or has no JSON value in it. May be partial where there are syntax errors. */
  root?: Node;
  problems: Problem[];
}

/** Reads strict JSON (no comments, no trailing commas), going on after syntax errors as far as it can. */
export function readDefinitionTree(text: string): DefinitionTree {
  if (text.length > MAX_TEXT_LENGTH) {
    return refused(`The file is longer than ${MAX_TEXT_LENGTH / 1024} kB; a definition is far shorter.`);
  }
  // A byte order mark would be a syntax error; a space keeps all offsets.
  const source = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  if (source.trim() === '') {
    return refused('The file is empty. A definition is a JSON object with version, name and backbone.');
  }
  if (nestingDepth(source) > MAX_DEPTH) return refused('The file is nested too deeply for a definition.');
  const errors: ParseError[] = [];
  const root = parseTree(source, errors, { disallowComments: true });
  const problems: Problem[] = errors.map((error) => ({
    severity: 'error',
    message: `${syntaxMessage(printParseErrorCode(error.error))}.`,
    offset: error.offset,
    length: Math.max(1, error.length),
    path: '',
    structural: true,
  }));
  if (!root) return { problems };
  collectKeyProblems(root, [], problems);
  return { root, problems };
}

/** The plain value of a tree. Of keys given twice the last counts; keys that could reach a prototype are left out. */
export function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as unknown;
  const result: Record<string, unknown> = {};
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key && value && !FORBIDDEN_KEYS.has(String(key.value))) result[String(key.value)] = valueOf(value);
  }
  return result;
}

/** The value node at a path, and its key node if it is a property; undefined if the text does not have it. */
export function findSetting(
  root: Node,
  path: readonly (string | number)[],
): { key?: Node; value: Node } | undefined {
  let found: { key?: Node; value: Node } = { value: root };
  for (const segment of path) {
    const children = found.value.children ?? [];
    if (found.value.type === 'array') {
      const value = typeof segment === 'number' ? children[segment] : undefined;
      if (!value) return undefined;
      found = { value };
      continue;
    }
    if (found.value.type !== 'object') return undefined;
    const property = children.filter((child) => child.children?.[0]?.value === segment).at(-1);
    const [key, value] = property?.children ?? [];
    if (!key || !value) return undefined;
    found = { key, value };
  }
  return found;
}

/** Gives a problem its place: the setting's value (its key for an object or array), or the nearest setting around it. */
export function placeProblem(root: Node, { path, atKey = false, ...rest }: UnplacedProblem): Problem {
  const { offset, length } = placeOf(root, path, atKey);
  return { ...rest, offset, length, path: path.join('.') };
}

function placeOf(
  root: Node,
  path: readonly (string | number)[],
  atKey: boolean,
): { offset: number; length: number } {
  for (let end = path.length; end > 0; end--) {
    const found = findSetting(root, path.slice(0, end));
    if (!found) continue;
    const isWhole = end === path.length;
    const isScalar = found.value.type !== 'object' && found.value.type !== 'array';
    return isWhole && isScalar && !atKey ? found.value : (found.key ?? found.value);
  }
  return { offset: root.offset, length: 1 };
}

function refused(message: string): DefinitionTree {
  return { problems: [{ severity: 'error', message, offset: 0, length: 1, path: '', structural: false }] };
}

/** Deepest bracket nesting, counted without recursion because the parser itself recurses. */
function nestingDepth(text: string): number {
  const scanner = createScanner(text, true);
  let depth = 0;
  let deepest = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    // A token of one unit: brackets inside strings are part of longer tokens.
    const token = scanner.getTokenLength() === 1 ? text[scanner.getTokenOffset()] : '';
    if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth);
    else if (token === '}' || token === ']') depth = Math.max(0, depth - 1);
  }
  return deepest;
}

function collectKeyProblems(node: Node, path: readonly (string | number)[], problems: Problem[]): void {
  if (node.type === 'array') {
    node.children?.forEach((child, index) => collectKeyProblems(child, [...path, index], problems));
    return;
  }
  if (node.type !== 'object') return;
  const seen = new Set<string>();
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (!key) continue;
    const name = String(key.value);
    const at = { offset: key.offset, length: key.length, path: [...path, name].join('.') };
    if (FORBIDDEN_KEYS.has(name)) {
      problems.push({
        severity: 'error',
        message: `"${name}" cannot be a setting.`,
        ...at,
        structural: false,
      });
    } else if (seen.has(name)) {
      const message = `"${name}" is given twice; the last one counts.`;
      problems.push({ severity: 'warning', message, ...at, structural: true });
    }
    seen.add(name);
    if (value) collectKeyProblems(value, [...path, name], problems);
  }
}

/** `PropertyNameExpected` -> "Property name expected". */
function syntaxMessage(code: string): string {
  const words = code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
