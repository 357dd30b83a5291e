import type { TextPart } from '../code/code';
import type { Scope } from '../values/values';
import type { Machine } from './machine';

/** The text of a format string; null where a part is not known. */
export function formatText(machine: Machine, parts: readonly TextPart[], scope: Scope): string | null {
  let text = '';
  let known = true;
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      const value = machine.evaluate(part.value, scope);
      const spec = formatText(machine, part.spec, scope);
      const shown = spec === null ? null : machine.language.formatted(value, part.conversion, spec);
      if (shown === null) known = false;
      else text += shown;
    }
    machine.budget.size(text.length);
  }
  return known ? text : null;
}
