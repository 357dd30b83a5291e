/** Names and where they live. */
import type { Declares } from '../code/code';
import type { Scope, Value } from '../values/values';
import type { Machine } from './machine';

/** The scope in which a name has a value; null where it has none. */
export function scopeOf(scope: Scope, name: string): Scope | null {
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (at.values.has(name)) return at;
  }
  return null;
}

/** Gives a name its value where the language says the name lives. */
export function assignName(
  machine: Machine,
  scope: Scope,
  name: string,
  value: Value,
  at: number,
  declares: Declares = null,
): void {
  const home = homeOf(machine, scope, name, declares);
  machine.journal.touch(home);
  if (home.keepsHistory && home.values.has(name))
    (home.history ??= []).push({ name, at, before: home.values.get(name), after: value });
  home.values.set(name, value);
}

function homeOf(machine: Machine, scope: Scope, name: string, declares: Declares): Scope {
  if (declares === 'let') return scope;
  if (declares === null && !machine.language.assignmentDeclares)
    return scopeOf(scope, name) ?? machine.module;
  let home = scope;
  while (home.kind === 'block' && home.parent) home = home.parent;
  return home.redirected?.get(name) ?? home;
}

/** Python's `global` and `nonlocal`. */
export function redirectNames(
  machine: Machine,
  scope: Scope,
  names: readonly string[],
  of: 'module' | 'outer',
): void {
  scope.redirected ??= new Map();
  for (const name of names) {
    const home = of === 'module' ? machine.module : scope.parent && scopeOf(scope.parent, name);
    if (home) scope.redirected.set(name, home);
  }
}
