/** The SE blocks that a file has. */
import type { SeOptions } from '../codegen/seOptions';
import type { SeConstruction } from './analysis/seConstruction';
import { seConstructions } from './analysis/seConstruction';
import { argumentOf, lastName } from './analysis/layers';
import type { SeUse } from './insertTypes';
import type { OwnClass } from './ownClass';
import { ownClasses } from './ownClass';
import type { SeCalls } from './seCalls';
import { callsOf } from './seCalls';
import type { OpenSource } from './sites/site';

export interface FoundUse extends SeCalls {
  readonly report: SeUse;
  readonly construction: SeConstruction;
  /** The class, where it is one of ours in this file. */
  readonly own: OwnClass | null;
}

export function findUses(source: OpenSource): FoundUse[] {
  const constructions = seConstructions(source.file);
  const own = constructions.length > 0 ? ownClasses(source) : new Map<string, OwnClass>();
  return constructions.map((construction) => {
    const { expr, owner, scope } = construction;
    const className = lastName(expr.callee);
    const found = callsOf(construction);
    const ours = own.get(className) ?? null;
    const declaration = owner ?? (scope && scope.name !== '' ? scope : null);
    const report: SeUse = {
      offset: expr.from,
      owner: {
        name: [owner?.name, scope?.name].filter((part) => part !== undefined && part !== '').join('.'),
        declaration: declaration && {
          name: declaration.name,
          kind: owner ? 'class' : 'function',
          from: declaration.from,
          to: declaration.to,
        },
      },
      className,
      construction: { from: expr.from, to: expr.to },
      calls: found.calls.map(({ call }) => ({ from: call.from, to: call.to })),
      options: ours && optionsOf(construction, ours),
    };
    return { report, construction, own: ours, ...found };
  });
}

/** The class's options with the reduction that the construction passes; null where that is no number. */
function optionsOf({ expr }: SeConstruction, { options }: OwnClass): SeOptions | null {
  const given = argumentOf(expr, { index: -1, keyword: 'reduction' });
  if (!given) return options;
  return given.kind === 'number' ? { ...options, reduction: given.value } : null;
}
