/** Dotted paths of modules: `layer1.0.se`. */

/** The path of the module around, and the name in it. */
export function parentOf(path: string): readonly [parent: string, name: string] {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? ['', path] : [path.slice(0, dot), path.slice(dot + 1)];
}

/** The path itself and those of everything around it but the network. */
export function* pathsAround(path: string): Generator<string> {
  for (let at = path; at !== ''; [at] = parentOf(at)) yield at;
}

export function joined(parent: string, path: string): string {
  return parent === '' ? path : `${parent}.${path}`;
}

/** Whether the one is the other, or inside it. */
export function isWithin(path: string, around: string): boolean {
  return around === '' || path === around || path.startsWith(`${around}.`);
}

/** The list of units that a block's path leads through: `layer1` for `layer1.0.se`; all the way to the block where there is none. */
export function stageOfPath(path: string): string {
  const segments = path.split('.');
  let end = segments.length - 2;
  while (end > 0 && !/^\d+$/.test(segments[end] ?? '')) end -= 1;
  return end > 0 ? segments.slice(0, end).join('.') : parentOf(path)[0];
}

/** Names of layers, where a library has no dots in them: `layer1_0_se` and `layer1.0.se` are the same. */
export function looseName(path: string): string {
  return path.replace(/[._/]+/g, '.');
}

/** The path and what is left of it without its first parts, longest first, each with what was taken away. */
export function* tailsOf(path: string): Generator<{ readonly prefix: string; readonly tail: string }> {
  yield { prefix: '', tail: path };
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1))
    yield { prefix: path.slice(0, dot), tail: path.slice(dot + 1) };
}

/** The longest path that all are within; empty for none. */
export function commonParent(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  let common = parentOf(first)[0];
  while (common !== '' && !others.every((path) => path.startsWith(`${common}.`)))
    common = parentOf(common)[0];
  return common;
}
