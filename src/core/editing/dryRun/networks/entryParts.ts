/** What an entry is made of: its expression, its label, the parameters that a caller must give. */
import type { Parameter, Statement } from '../code/code';
import { findInClass } from '../machine/classes';
import { requiredParameters } from '../machine/functions';
import type { Arguments, ClassValue } from '../values/values';
import { FunctionValue, Unknown } from '../values/values';

/** The expression whose value the statement is about. */
export function valueOf(statement: Statement): {
  assigned: string | null;
  value: { readonly from: number; readonly to: number } | null;
} {
  if (statement.kind === 'expression') return { assigned: null, value: statement.value };
  if (statement.kind === 'field' && statement.value)
    return { assigned: statement.name, value: statement.value };
  if (statement.kind !== 'assign') return { assigned: null, value: null };
  const [target] = statement.targets;
  return { assigned: target?.kind === 'name' ? target.name : null, value: statement.value };
}

export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** What a caller must give to make an instance. */
export function constructorParameters(type: ClassValue): readonly Parameter[] {
  for (const each of type.order) {
    const own = [...each.attributes].find(([name]) => name === '__init__' || name === 'constructor')?.[1];
    if (own instanceof FunctionValue) return requiredParameters(own.code.parameters.slice(1));
    if (own !== undefined) return [];
    if (each.hasFields && each.code)
      return each.annotated
        .filter((name) => !findInClass(type, name))
        .map((name) => ({ name, kind: 'named', fallback: null, pattern: null }));
  }
  return [];
}

export function givenArguments(needed: readonly Parameter[]): Arguments {
  const given = ({ name }: Parameter): Unknown =>
    new Unknown(`\`${name}\` is given by whoever makes the network`, 'given');
  return {
    positional: needed.filter(({ kind }) => kind === 'plain').map(given),
    named: new Map(
      needed.filter(({ kind }) => kind === 'named').map((parameter) => [parameter.name, given(parameter)]),
    ),
    more: null,
  };
}
