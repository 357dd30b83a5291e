/** Decorators: those whose meaning is known are applied, all others are taken to give back what they decorate. */
import type { Code } from '../code/code';
import type { Binding, Scope, Value } from '../values/values';
import { Bound, Builtin, ClassValue, FunctionValue, Partial } from '../values/values';
import type { Machine } from './machine';
import { positional } from '../values/arguments';

const BINDINGS: Readonly<Record<string, Binding>> = {
  staticmethod: 'static',
  classmethod: 'class',
  property: 'property',
  cached_property: 'property',
};

/** Undefined: the definition adds nothing under its name, as a property's setter. */
export function decorated(
  machine: Machine,
  made: FunctionValue | ClassValue,
  decorators: readonly Code[],
  scope: Scope,
): Value {
  let value: Value = made;
  for (const code of [...decorators].reverse()) {
    if (code.kind === 'member' && /^(setter|getter|deleter)$/.test(code.property)) return undefined;
    const decorator = machine.evaluate(code, scope);
    const binding = decorator instanceof Builtin ? BINDINGS[decorator.name] : undefined;
    if (binding && value instanceof FunctionValue) value.binding = binding;
    else if (isCallable(decorator)) {
      const result = machine.call(decorator, positional(value));
      if (isCallable(result)) value = result;
    }
  }
  return value;
}

function isCallable(value: Value): boolean {
  return (
    value instanceof FunctionValue ||
    value instanceof ClassValue ||
    value instanceof Partial ||
    value instanceof Builtin ||
    (value instanceof Bound && value.callee instanceof FunctionValue)
  );
}
