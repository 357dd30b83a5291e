/** Lists, tuples, sets and dictionaries as the code writes them, and comprehensions. */
import type { Clause, Code } from '../code/code';
import { putEntry } from '../values/dictEntries';
import { setOf } from '../values/equality';
import { whyUnknown } from '../values/known';
import { stakeOf } from '../values/stake';
import { higherStake } from '../values/stakeLevels';
import type { Value } from '../values/values';
import { Dict, Iteration, List, Scope, Tuple, Unknown } from '../values/values';
import type { Machine } from './machine';
import { anyNumberOfTimes } from './trials';
import { whyAt } from './why';

type CodeOf<K extends Code['kind']> = Extract<Code, { kind: K }>;

export function sequence(machine: Machine, code: CodeOf<'sequence'>, scope: Scope): Value {
  const items: Value[] = [];
  let doubt: Unknown | null = null;
  for (const element of code.elements) {
    const value = machine.evaluate(element.value, scope);
    const spread = element.spread ? machine.items(value) : [value];
    if (spread instanceof Unknown) doubt = spread;
    else {
      machine.budget.fits(items.length + spread.length);
      if (element.spread) machine.budget.size(spread.length);
      for (const item of spread) items.push(item);
    }
  }
  if (doubt && code.type !== 'list')
    return new Unknown(doubt.why, higherStake(doubt.stake, stakeOf(new Tuple(items))));
  if (code.type === 'tuple') return new Tuple(items);
  if (code.type === 'set') return setOf(items);
  const list = new List(items);
  list.doubt = doubt?.why ?? null;
  return list;
}

export function dictionary(machine: Machine, code: CodeOf<'dictionary'>, scope: Scope): Value {
  const dict = new Dict();
  for (const entry of code.entries) {
    const value = machine.evaluate(entry.value, scope);
    if (entry.key) putEntry(dict, machine.evaluate(entry.key, scope), value);
    else if (value instanceof Dict) {
      machine.budget.size(dict.entries.size + value.entries.size);
      for (const [key, each] of value.entries) dict.entries.set(key, each);
      dict.doubt ??= value.doubt;
    } else dict.doubt ??= whyUnknown(value) ?? whyAt(machine, code);
  }
  return dict;
}

export function comprehension(machine: Machine, code: CodeOf<'comprehension'>, scope: Scope): Value {
  const inner = new Scope(scope, 'block');
  const items: Value[] = [];
  const dict = new Dict();
  let doubt: string | null = null;
  const add = (): void => {
    const value = machine.evaluate(code.value, inner);
    if (code.key) putEntry(dict, machine.evaluate(code.key, inner), value);
    else items.push(value);
    machine.budget.fits(items.length);
  };
  const bind = (clause: Clause, item: Value): void => machine.assign(clause.target, item, inner, 'let');
  const round = (clauses: readonly Clause[]): void => {
    const [clause, ...rest] = clauses;
    if (!clause) {
      add();
      return;
    }
    const iterable = machine.items(machine.evaluate(clause.iterable, inner));
    if (iterable instanceof Unknown) {
      const why = whyAt(machine, clause.iterable);
      doubt = why;
      // The items it makes show what the unknown ones may hold.
      anyNumberOfTimes(
        machine,
        () => {
          bind(clause, new Unknown(why, iterable.stake));
          round(rest);
          return null;
        },
        why,
      );
      return;
    }
    for (const item of iterable) {
      bind(clause, item);
      let admitted = true;
      for (const test of clause.tests) {
        const truth = machine.truth(machine.evaluate(test, inner));
        if (truth === null) doubt = whyAt(machine, test);
        admitted = truth !== false;
        if (!admitted) break;
      }
      if (admitted) round(rest);
    }
  };
  round(code.clauses);
  return collected(code.type, items, dict, doubt);
}

function collected(
  type: CodeOf<'comprehension'>['type'],
  items: Value[],
  dict: Dict,
  doubt: string | null,
): Value {
  if (type === 'dictionary') {
    dict.doubt ??= doubt;
    return dict;
  }
  if (type === 'set') {
    const set = setOf(items);
    set.doubt ??= doubt;
    return set;
  }
  const sequence = type === 'list' ? new List(items) : new Iteration(items);
  sequence.doubt = doubt;
  return sequence;
}
