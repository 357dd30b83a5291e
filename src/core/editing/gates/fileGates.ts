/** What the static reading of a file tells of SE blocks, put to the values of its dry run. */
import { Imports } from '../analysis/imports';
import { lastName } from '../analysis/layers';
import { SE_NAME } from '../analysis/layerTable';
import type { BlockInstance } from '../dryRun/readNetworks';
import { evaluateIn } from '../dryRun/readNetworks';
import { findInClass } from '../dryRun/machine/classes';
import { FunctionValue, Instance, Opaque } from '../dryRun/values/values';
import type { CallExpr, ClassNode, Expr, Span } from '../syntax/ast';
import { eachExpression, eachStatement } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';
import { conditionsAround } from './conditions';
import type { SeBodies, SeInBody } from './seBodies';
import { seBodiesOf } from './seBodies';

export interface StaticGate {
  readonly span: Span;
  /** Null where they are not known. */
  readonly channels: () => number | null;
}

export class FileGates {
  readonly isTorch: boolean;
  readonly isFlax: boolean;
  private readonly bodies: SeBodies;
  private readonly attributes = new Map<number, ReadonlyMap<string, CallExpr>>();

  constructor(private readonly file: SourceFile) {
    const frameworks = new Imports(file).frameworks(file);
    // Keras may run on PyTorch.
    this.isTorch = frameworks.includes('pytorch') && !frameworks.includes('keras');
    this.isFlax = frameworks.some((framework) => framework.startsWith('flax'));
    this.bodies = seBodiesOf(file);
    const blockNames = new Set(
      file.module.classes.filter(({ from }) => this.bodies.classes.has(from)).map(({ name }) => name),
    );
    for (const node of file.module.classes) {
      if (!this.bodies.classes.has(node.from)) this.attributes.set(node.from, attributesOf(node, blockNames));
    }
  }

  isBlock(value: Instance | Opaque): boolean {
    if (value instanceof Opaque) return SE_NAME.test(value.callee.slice(value.callee.lastIndexOf('.') + 1));
    return value.type.order.some(({ code }) => code !== null && this.bodies.classes.has(code.from));
  }

  /** Whether the function written there is an SE block. */
  isFunction(from: number): boolean {
    return this.bodies.functions.has(from);
  }

  /** The blocks that the classes of an object make as attributes, whether or not this object has them; a derived class's before its base's. */
  possibleBlocks(owner: BlockInstance): (StaticGate & { readonly name: string })[] {
    const found = new Map<string, StaticGate & { readonly name: string }>();
    for (const from of owner.origins) {
      for (const [name, call] of this.attributes.get(from) ?? []) {
        if (found.has(name)) continue;
        const [first] = call.args;
        const channels = (): number | null =>
          first && this.isTorch ? this.evaluated(owner, first.value, from, call.from) : null;
        found.set(name, { name, span: { from: call.from, to: call.to }, channels });
      }
    }
    return [...found.values()];
  }

  /** Blocks written out in the body of the class or function that this is an instance or call of, those that it comes to. */
  inlineBlocks(owner: BlockInstance): StaticGate[] {
    return owner.origins.flatMap((from) =>
      (this.bodies.uses.get(from) ?? [])
        .filter((use) => use.isInline && this.isReached(owner, use))
        .map((use) => ({ span: use.span, channels: () => this.channelsAt(owner, use, from) })),
    );
  }

  /**
   * The channels of the block that a class or function makes or applies there, or applies as its attribute of that name; null where they are
   * not known.
   */
  channelsOf(owner: BlockInstance, { from, to }: Span, attribute: string | null = null): number | null {
    for (const origin of owner.origins) {
      const uses = this.bodies.uses.get(origin) ?? [];
      const use =
        uses.find(
          ({ span }) => (span.from <= from && to <= span.to) || (from <= span.from && span.to <= to),
        ) ?? uses.find((one) => one.attribute !== null && one.attribute === attribute);
      if (use) return this.channelsAt(owner, use, origin);
    }
    return null;
  }

  private channelsAt(owner: BlockInstance, { channels, span }: SeInBody, origin: number): number | null {
    if (!channels) return null;
    // What a constructor says is read where it stands, what a body says where the block is.
    const isBefore = channels.from < span.from || channels.from > span.to;
    return this.evaluated(owner, channels, origin, isBefore ? channels.from : span.from);
  }

  private evaluated(owner: BlockInstance, expr: Expr, origin: number, at: number): number | null {
    const ofClass = owner.lineage[owner.origins.indexOf(origin)];
    const value = evaluateIn(owner, this.file.slice(expr), {
      at,
      ...(ofClass === undefined ? {} : { ofClass }),
    });
    return value !== null && Number.isSafeInteger(value) && value > 0 ? value : null;
  }

  /** Where a condition is not known, it is taken to hold: the numbers of blocks will tell. */
  private isReached(owner: BlockInstance, { span, method }: SeInBody): boolean {
    const { made } = owner;
    const callee = made instanceof Instance ? findInClass(made.type, method)?.value : made.callee;
    if (!(callee instanceof FunctionValue)) return true;
    return conditionsAround(callee.code.body(), span.from).every(({ test, holds }) => {
      const text = this.file.slice(test);
      const choice = this.file.language === 'python' ? `1 if (${text}) else 0` : `(${text}) ? 1 : 0`;
      const value = evaluateIn(owner, choice);
      return value === null || (value === 1) === holds;
    });
  }
}

/** `self.se = SELayer(64) if use_se else None`: the attributes of a class that may be blocks, and the calls that make them. */
function attributesOf(node: ClassNode, blockNames: ReadonlySet<string>): ReadonlyMap<string, CallExpr> {
  const found = new Map<string, CallExpr>();
  for (const method of node.methods) {
    const self = method.parameters[0]?.name;
    for (const statement of eachStatement(method.body)) {
      if (statement.kind !== 'assign') continue;
      const [target] = statement.targets;
      if (target?.kind !== 'member' || target.object.kind !== 'name' || target.object.name !== self) continue;
      for (const expr of eachExpression(statement.value)) {
        if (expr.kind !== 'call') continue;
        const name = lastName(expr.callee);
        if (!SE_NAME.test(name) && !blockNames.has(name)) continue;
        found.set(target.property, expr);
        break;
      }
    }
  }
  return found;
}
