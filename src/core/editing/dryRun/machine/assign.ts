/** Puts values where assignments put them: names, attributes, items, and patterns of those. */
import type { Code, Declares, Element } from '../code/code';
import { Raised } from '../values/limits';
import type { Scope, Value } from '../values/values';
import { List, Unknown } from '../values/values';
import type { Machine } from './machine';
import { assignName } from './scopes';

export function assign(
  machine: Machine,
  target: Code,
  value: Value,
  scope: Scope,
  declares: Declares = null,
): void {
  switch (target.kind) {
    case 'name':
      assignName(machine, scope, target.name, value, target.from, declares);
      return;
    case 'member':
      machine.setMember(machine.evaluate(target.object, scope), target.property, value);
      return;
    case 'subscript':
      machine.setItem(machine.evaluate(target.object, scope), machine.evaluate(target.index, scope), value);
      return;
    case 'sequence':
      assignItems(machine, target.elements, value, ({ value: part, fallback }, item) => {
        const given = item === undefined && fallback ? machine.evaluate(fallback, scope) : item;
        assign(machine, part, given, scope, declares);
      });
      return;
    case 'pattern':
      for (const { key, target: part, fallback } of target.entries) {
        let item = machine.member(value, key);
        if (item === undefined && fallback) item = machine.evaluate(fallback, scope);
        assign(machine, part, item, scope, declares);
      }
      if (target.rest) {
        const rest = new Unknown('the rest of an object', 'holds');
        assign(machine, target.rest, rest, scope, declares);
      }
      return;
    default:
      // `f(x) = 1` is no code that runs.
      throw new Raised('SyntaxError', 'cannot assign to this');
  }
}

function assignItems(
  machine: Machine,
  elements: readonly Element[],
  value: Value,
  put: (target: Element, item: Value) => void,
): void {
  const items = machine.items(value);
  if (items instanceof Unknown) {
    for (const target of elements) put(target, items);
    return;
  }
  const star = elements.findIndex((element) => element.spread);
  const starred = star < 0 ? 0 : items.length - elements.length + 1;
  if (machine.language.assignmentDeclares && (starred < 0 || (star < 0 && items.length !== elements.length)))
    throw new Raised('ValueError', `${items.length} values for ${elements.length} targets`);
  for (const [index, target] of elements.entries()) {
    if (index === star) put(target, new List(items.slice(star, star + Math.max(0, starred))));
    else put(target, items[star >= 0 && index > star ? index + starred - 1 : index]);
  }
}
