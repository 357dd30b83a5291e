/** A function's or constructor's own words for a channel count, in the words of one call of it: parameters stand for arguments. */
import type { CallExpr, Expr, FunctionNode, Parameter } from '../syntax/ast';
import { argumentOf } from './layerFacts';
import type { AttributeDefinition, ClassAttributes } from './scope';
import { localValues } from './scope';

const MAX_HOPS = 8;

/** Reads what an expression of a function or class means for one call of it. */
export class Substitution {
  constructor(
    private readonly call: CallExpr,
    private readonly parameters: readonly Parameter[],
    /** The function that has those parameters; null where they are a dataclass's fields. */
    private readonly maker: FunctionNode | null,
    private readonly attributes: ClassAttributes | null,
  ) {}

  /** The call's argument, or a number that the body or a default gives; null where it is neither. */
  of(wanted: Expr, definition: AttributeDefinition | null, hops = 0): Expr | null {
    if (hops > MAX_HOPS) return null;
    if (wanted.kind === 'number') return wanted;
    if (wanted.kind === 'member')
      return wanted.object.kind === 'name' ? this.member(wanted.object.name, wanted.property, hops) : null;
    if (wanted.kind !== 'name' || !this.maker || (definition && definition.method !== this.maker))
      return null;
    return this.argument(wanted.name);
  }

  private argument(name: string): Expr | null {
    const index = this.parameters.findIndex((parameter) => parameter.name === name);
    const parameter = this.parameters[index];
    if (!parameter) return null;
    const reassigned = this.maker && localValues(this.maker, name).length > (parameter.fallback ? 1 : 0);
    if (reassigned) return null;
    const given = argumentOf(this.call, { index, keyword: name });
    return given ?? (parameter.fallback?.kind === 'number' ? parameter.fallback : null);
  }

  /** `self.filters`, or `options.filters` where the call writes the options out. */
  private member(object: string, property: string, hops: number): Expr | null {
    if (this.attributes?.node.methods.some((method) => method.parameters[0]?.name === object))
      return this.attribute(property, hops);
    const options = this.argument(object);
    if (options?.kind !== 'object') return null;
    return options.properties.find(({ name }) => name === property)?.value ?? null;
  }

  /** `self.filters`: the field's argument, or what the constructor assigned. */
  private attribute(name: string, hops: number): Expr | null {
    const [definition, ...more] = this.attributes?.definitionsOf(name) ?? [];
    if (definition) return more.length === 0 ? this.of(definition.value, definition, hops + 1) : null;
    if (!this.maker && this.attributes?.field(name)) return this.argument(name);
    const held = this.attributes?.classValue(name);
    return held?.kind === 'number' ? held : null;
  }
}
