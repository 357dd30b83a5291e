/** The value of an expression in a block: `planes * self.expansion`. */
import type { Code } from '../code/code';
import { LIMITS } from '../values/limits';
import { asNumber } from '../values/numbers';
import type { Reassignment } from '../values/values';
import { Instance, Scope, Unknown } from '../values/values';
import type { BlockInstance } from './report';
import { boundedRun } from './runs';

export interface EvaluateOptions {
  /** The class whose constructor the expression is read in, where the block's own class only inherits it. */
  readonly ofClass?: string;
  /** Where the expression is going to stand: names have the values they have there. Without it, those of the end. */
  readonly at?: number;
}

/** The number that the code gives in that block; null where it is not known, or no finite number. */
export function evaluateCode(block: BlockInstance, code: Code, options: EvaluateOptions = {}): number | null {
  const { machine } = block;
  const scope = scopeOf(block, options);
  const run = boundedRun(machine, LIMITS.topStatementSteps, false, () => machine.evaluate(code, scope));
  const number = run.ended ? asNumber(run.ended.value) : null;
  return number !== null && Number.isFinite(number) ? number : null;
}

function scopeOf(block: BlockInstance, { ofClass, at }: EvaluateOptions): Scope {
  const { machine, made } = block;
  if (!(made instanceof Instance)) return at === undefined ? made.scope : scopeAt(made.scope, at);
  const construction = block.construction(ofClass);
  if (construction) return at === undefined ? construction.scope : scopeAt(construction.scope, at);
  // A data class has no constructor to look into: only `self`.
  const scope = new Scope(machine.module, 'function');
  scope.values.set(block.self, made);
  return scope;
}

/** Names as they were when the run came to `at`. */
function scopeAt(scope: Scope, at: number): Scope {
  const then = new Scope(scope, 'block');
  const byName = new Map<string, Reassignment[]>();
  for (const entry of scope.history ?? []) byName.set(entry.name, [...(byName.get(entry.name) ?? []), entry]);
  for (const [name, entries] of byName) {
    if (entries.every((entry) => entry.at < at)) continue;
    const inOrder = entries.every((entry, index) => index === 0 || entry.at >= (entries[index - 1]?.at ?? 0));
    const last = entries.filter((entry) => entry.at < at).at(-1);
    const value = last ? last.after : entries[0]?.before;
    // In a loop nobody can say which round is meant.
    then.values.set(name, inOrder ? value : new Unknown(`\`${name}\` changes in a loop`));
  }
  return then;
}
