import type { Code } from '../code/code';
import type { Machine } from './machine';

/** Says that a condition is not known. */
export function whyAt(machine: Machine, code: Code): string {
  const text = machine.source.slice(code.from, code.to).replace(/\s+/g, ' ');
  const shown = text.length > 50 ? `${text.slice(0, 50)}…` : text;
  return `\`${shown}\` (line ${machine.line(code.from)}) is not known`;
}
