/** The layers of `nn.Sequential(a, b)`, of `nn.Sequential(*layers)` with what the method puts in `layers`, and of lists of layers. */
import type { CallExpr, Expr, Item, Statement } from '../syntax/ast';
import { innerBodies } from '../syntax/ast';

/** always: in the list whatever happens, a loop counting as run. either: in one of the branches of an if-else. maybe: in an `if`. */
export type Presence = 'always' | 'either' | 'maybe';

/** One layer of a list, in the order the source gives them. */
export interface ListedLayer {
  readonly layer: Expr;
  /** The list or block of statements it stands in: only in its own does the next one surely follow. */
  readonly holder: readonly unknown[];
  readonly presence: Presence;
  /** The block of statements that puts it into the list; null where it is written in the list itself. */
  readonly arm: readonly Statement[] | null;
}

/** `body`: of the method that makes the list; empty where it is not known. */
export function listedLayers(call: CallExpr, body: readonly Statement[]): ListedLayer[] {
  const [only] = call.args;
  if (only && call.args.length === 1) {
    if (only.value.kind === 'list') return layersIn(only.value.items, 'always', null);
    // `Sequential(conv)` holds the one layer, `Sequential(*layers)` and Keras's `Sequential(layers)` a list.
    const gathered = only.value.kind === 'name' ? layersOf(only.value.name, body) : [];
    if (gathered.length > 0) return gathered;
  }
  return layersIn(call.args, 'always', null);
}

/** A spread element stands for layers nobody knows; it is one of them. */
function layersIn(items: readonly Item[], presence: Presence, arm: ListedLayer['arm']): ListedLayer[] {
  return items.map((item) => ({
    layer: item.spread ? { kind: 'other', parts: [], from: item.from, to: item.to } : item.value,
    holder: items,
    presence,
    arm,
  }));
}

/** Everything that the method puts into a list variable: `= [...]`, `+= [...]`, `.append(x)`, `.extend([...])`. */
function layersOf(variable: string, body: readonly Statement[]): ListedLayer[] {
  const listed: ListedLayer[] = [];
  for (const { statement, holder, presence } of statementsOf(body, 'always')) {
    const put = putInto(statement, variable);
    if (put?.kind === 'list') listed.push(...layersIn(put.items, presence, holder));
    else if (put) listed.push({ layer: put, holder, presence, arm: holder });
  }
  return listed;
}

function putInto(statement: Statement, variable: string): Expr | null {
  const isVariable = (expr: Expr): boolean => expr.kind === 'name' && expr.name === variable;
  if (statement.kind === 'assign' && statement.targets.some(isVariable))
    return statement.value.kind === 'list' ? statement.value : null;
  if (statement.kind === 'update' && isVariable(statement.target))
    return statement.value.kind === 'list' ? statement.value : null;
  const call = statement.kind === 'expression' ? statement.value : null;
  if (call?.kind !== 'call' || call.callee.kind !== 'member' || !isVariable(call.callee.object)) return null;
  return ['append', 'extend'].includes(call.callee.property) ? (call.args[0]?.value ?? null) : null;
}

function* statementsOf(
  body: readonly Statement[],
  presence: Presence,
): Generator<{ statement: Statement; holder: readonly Statement[]; presence: Presence }> {
  for (const statement of body) {
    yield { statement, holder: body, presence };
    const within = presenceWithin(statement, presence);
    for (const inner of innerBodies(statement)) yield* statementsOf(inner, within);
  }
}

function presenceWithin(statement: Statement, outer: Presence): Presence {
  if (statement.kind !== 'branch' || outer === 'maybe') return outer;
  if (!statement.exhaustive) return 'maybe';
  return statement.bodies.length > 1 ? 'either' : outer;
}
