/** Python's functions over items: range(), zip(), map(), max(), sum() and the like. */
import { whyUnknown } from '../values/known';
import { Raised } from '../values/limits';
import { asNumber, Float, Range } from '../values/numbers';
import { stakeOf } from '../values/stake';
import { given } from '../library/builtins';
import type { Arguments, MachineDoor, Value } from '../values/values';
import { Iteration, SetValue, Tuple, Unknown } from '../values/values';

import { NO_ARGUMENTS } from '../values/arguments';
import { unknownFrom } from './conversions';

type Run = (machine: MachineDoor, args: Arguments) => Value;

/** The items where their order makes no difference. */
export function unordered(machine: MachineDoor, source: Value): readonly Value[] | Unknown {
  if (!(source instanceof SetValue) || source.doubt !== null) return machine.items(source);
  return [...source.members.values()];
}

export const range: Run = (_, { positional }) => {
  const bounds = positional.map(asNumber);
  if (bounds.includes(null)) {
    const at = bounds.indexOf(null);
    return new Unknown(whyUnknown(positional[at]) ?? 'a bound of a range');
  }
  if (positional.some((bound) => bound instanceof Float)) throw new Raised('TypeError', 'range() of a float');
  const [first = 0, second, step = 1] = bounds as number[];
  if (step === 0) throw new Raised('ValueError', 'range() with step 0');
  return second === undefined ? new Range(0, first, 1) : new Range(first, second, step);
};

export const zip: Run = (machine, { positional }) => {
  const columns = positional.map((source) => machine.items(source));
  const unknown = columns.find((column) => column instanceof Unknown);
  if (unknown) return unknown;
  const known = columns as (readonly Value[])[];
  const rows = known.length === 0 ? 0 : Math.min(...known.map((column) => column.length));
  machine.budget.size(rows * known.length);
  return new Iteration(
    Array.from({ length: rows }, (_, row) => new Tuple(known.map((column) => column[row]))),
  );
};

export const map: Run = (machine, { positional: [apply, ...sources] }) => {
  const rows = zip(machine, { ...NO_ARGUMENTS, positional: sources });
  const items = machine.items(rows);
  if (items instanceof Unknown) {
    const one = machine.call(apply, { ...NO_ARGUMENTS, positional: [items] });
    return new Unknown(items.why, stakeOf(new Tuple([one, items])));
  }
  return new Iteration(
    items.map((row) => machine.call(apply, { ...NO_ARGUMENTS, positional: (row as Tuple).items })),
  );
};

export const filter: Run = (machine, { positional: [keep, source] }) => {
  const items = machine.items(source);
  if (items instanceof Unknown) return items;
  const kept: Value[] = [];
  let doubt: string | null = null;
  for (const item of items) {
    const answer = keep === null ? item : machine.call(keep, { ...NO_ARGUMENTS, positional: [item] });
    const truth = machine.truth(answer);
    if (truth === null) doubt = whyUnknown(answer) ?? 'what a filter keeps';
    if (truth !== false) kept.push(item);
  }
  const iteration = new Iteration(kept);
  iteration.doubt = doubt;
  return iteration;
};

export function extreme(isBetter: (machine: MachineDoor, a: Value, b: Value) => boolean | null): Run {
  return (machine, { positional, named }) => {
    const items = positional.length === 1 ? unordered(machine, positional[0]) : positional;
    if (items instanceof Unknown) return items;
    const key = named.get('key') ?? null;
    const keyOfItem = (item: Value): Value =>
      key === null ? item : machine.call(key, { ...NO_ARGUMENTS, positional: [item] });
    const [first, ...rest] = items;
    if (items.length === 0) {
      if (named.has('default')) return named.get('default');
      throw new Raised('ValueError', 'of nothing');
    }
    machine.budget.spend(rest.length);
    let best = first;
    for (const item of rest) {
      const better = isBetter(machine, keyOfItem(item), keyOfItem(best));
      if (better === null)
        return new Unknown(whyUnknown(item) ?? whyUnknown(best) ?? 'the largest of such values');
      if (better) best = item;
    }
    return rest.length === 0 && whyUnknown(best) !== null ? unknownFrom(best, '') : best;
  };
}

export const sum: Run = (machine, args) => {
  const items = unordered(machine, args.positional[0]);
  if (items instanceof Unknown) return items;
  machine.budget.spend(items.length);
  return items.reduce<Value>((total, item) => machine.binary('+', total, item), given(args, 1, 'start', 0));
};

/** `all` and `any`: the first item with that truth decides. */
export function deciding(decides: boolean): Run {
  return (machine, { positional: [source] }) => {
    const items = unordered(machine, source);
    if (items instanceof Unknown) return new Unknown(items.why);
    machine.budget.spend(Math.ceil(items.length / 8));
    const truths = items.map((item) => machine.truth(item));
    if (truths.includes(decides)) return decides;
    return truths.includes(null) ? new Unknown('the truth of an item') : !decides;
  };
}
