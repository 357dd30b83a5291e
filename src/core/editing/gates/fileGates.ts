/** What the static reading of a file tells of SE blocks: which values of a dry run are ones, and which attributes may become ones. */
import { lastName } from '../analysis/layers';
import { SE_NAME } from '../analysis/layerTable';
import type { BlockInstance } from '../dryRun/readNetworks';
import { evaluateIn } from '../dryRun/readNetworks';
import type { Instance } from '../dryRun/values/values';
import { Opaque } from '../dryRun/values/values';
import type { CallExpr, ClassNode, Span } from '../syntax/ast';
import { eachExpression, eachStatement } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';
import type { SeBodies } from './seBodies';
import { seBodiesOf } from './seBodies';

export class FileGates {
  readonly isTorch: boolean;
  readonly isFlax: boolean;
  private readonly bodies: SeBodies;
  private readonly attributes = new Map<number, ReadonlyMap<string, CallExpr>>();

  constructor(private readonly file: SourceFile) {
    this.isTorch = /\btorch\b/.test(file.text);
    this.isFlax = /\bflax\b/.test(file.text);
    this.bodies = seBodiesOf(file);
    for (const node of file.module.classes) this.attributes.set(node.from, this.attributesOf(node));
  }

  isBlock(value: Instance | Opaque): boolean {
    if (value instanceof Opaque) return SE_NAME.test(value.callee.slice(value.callee.lastIndexOf('.') + 1));
    return value.type.order.some(({ code }) => code !== null && this.bodies.classes.has(code.from));
  }

  /** Whether the function written there is an SE block. */
  isFunction(from: number): boolean {
    return this.bodies.functions.has(from);
  }

  /** The block that a class makes as its attribute of that name, whether or not this object has it. */
  possibleBlock(owner: BlockInstance, name: string): { span: Span; channels: number | null } | null {
    for (const [index, from] of owner.origins.entries()) {
      const call = this.attributes.get(from)?.get(name);
      if (!call) continue;
      const [channels] = call.args;
      const ofClass = owner.lineage[index];
      const text = channels && this.isTorch ? this.file.slice(channels.value) : null;
      const options = { ...(ofClass === undefined ? {} : { ofClass }), at: call.from };
      return {
        span: { from: call.from, to: call.to },
        channels: text === null ? null : evaluateIn(owner, text, options),
      };
    }
    return null;
  }

  private attributesOf(node: ClassNode): ReadonlyMap<string, CallExpr> {
    const found = new Map<string, CallExpr>();
    if (this.file.module.classes.length === 0 || this.bodies.classes.has(node.from)) return found;
    for (const method of node.methods) {
      const self = method.parameters[0]?.name;
      for (const statement of eachStatement(method.body)) {
        if (statement.kind !== 'assign') continue;
        const [target] = statement.targets;
        if (target?.kind !== 'member' || target.object.kind !== 'name' || target.object.name !== self)
          continue;
        const call = [...eachExpression(statement.value)].find((expr) => this.makesBlock(expr));
        if (call?.kind === 'call') found.set(target.property, call);
      }
    }
    return found;
  }

  private makesBlock(expr: { readonly kind: string }): boolean {
    if (expr.kind !== 'call') return false;
    const name = lastName((expr as CallExpr).callee);
    return (
      SE_NAME.test(name) ||
      this.file.module.classes.some((node) => node.name === name && this.bodies.classes.has(node.from))
    );
  }
}
