/** Calls. What is called from another file answers something opaque that remembers it. */
import { SE_NAME } from '../../analysis/layerNames';
import { Raised } from '../values/limits';
import { nameOf } from '../values/names';
import { opaqueCall, stakeOfResult } from '../values/opaqueCall';
import type { Arguments, Value } from '../values/values';
import {
  Bound,
  Builtin,
  ClassValue,
  Dict,
  External,
  FunctionValue,
  Instance,
  List,
  Opaque,
  Partial,
  Unknown,
} from '../values/values';
import { higherStake } from '../values/stakeLevels';
import { findInClass, takeForeign } from './classes';
import { invoke } from './functions';
import type { Machine } from './machine';
import { withSelf } from '../values/arguments';

export function call(machine: Machine, callee: Value, args: Arguments): Value {
  machine.budget.enter();
  const value = callKind(machine, callee, args);
  machine.budget.leave();
  return value;
}

function callKind(machine: Machine, callee: Value, args: Arguments): Value {
  if (callee instanceof FunctionValue) return invoke(machine, callee, args);
  if (callee instanceof Builtin) return callee.run(machine, args);
  if (callee instanceof Bound) return machine.call(callee.callee, withSelf(callee.self, args));
  if (callee instanceof ClassValue) return machine.instantiate(callee, args);
  if (callee instanceof Partial) return machine.call(callee.callee, merged(callee.args, args));
  if (callee instanceof External) return callExternal(machine, callee, args);
  if (callee instanceof Opaque)
    return new Opaque(`${callee.callee}()`, args, higherStake(callee.stake, stakeOfResult(args)));
  if (callee instanceof Instance) return callInstance(machine, callee, args);
  if (callee instanceof Unknown)
    return new Unknown(callee.why, callee.stake === 'none' ? stakeOfResult(args) : 'holds');
  throw new Raised('TypeError', `\`${nameOf(callee)}\` cannot be called`);
}

function callExternal(machine: Machine, { path }: External, args: Arguments): Value {
  const [self, ...rest] = args.positional;
  const constructor = '.__init__';
  if (path.endsWith(constructor) && self instanceof Instance)
    takeForeign(self, new External(path.slice(0, -constructor.length)), { ...args, positional: rest });
  const result = opaqueCall(path, args);
  if (SE_NAME.test(path.slice(path.lastIndexOf('.') + 1))) {
    const { log, trail, journal } = machine;
    log.imported.push({ made: result, trail, tentative: journal.trying });
  }
  if (!result.isObject && !CHANGES_NOTHING.test(path)) {
    for (const value of [...args.positional, ...args.named.values()]) mayChange(machine, value, path);
  }
  return result;
}

/** Libraries whose functions leave lists and dictionaries as they are. */
const CHANGES_NOTHING = /^(torch|numpy|jax|keras|tensorflow|logging|warnings|os|json|math|typing)\b/;

/** A function of another file may fill the lists and dictionaries that it gets, as torchvision's `_ovewrite_named_param` does. */
function mayChange(machine: Machine, value: Value, path: string): void {
  if (!(value instanceof List || value instanceof Dict)) return;
  machine.journal.touch(value);
  value.doubt ??= `\`${path}\` is not in this file and may change what it gets`;
}

function merged(kept: Arguments, given: Arguments): Arguments {
  return {
    positional: [...kept.positional, ...given.positional],
    named: new Map([...kept.named, ...given.named]),
    more: kept.more ?? given.more,
  };
}

/** A module's forward pass is not run: what it gives has nothing to do with how many blocks there are. */
function callInstance(machine: Machine, instance: Instance, args: Arguments): Value {
  const { type } = instance;
  const own = findInClass(type, '__call__');
  if (own && (type.role === 'plain' || machine.language.runsCalls(type)))
    return machine.call(own.value, withSelf(instance, args));
  return new Opaque(`${type.name}()`, args, 'none');
}
