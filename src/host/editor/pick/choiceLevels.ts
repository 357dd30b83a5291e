import { SE_VARIANTS, type ChannelCount, type SeVariant } from '../../../core/editing/insertTypes';
import type { Planned } from '../verbs/planSession';
import type { SeChoice } from '../verbs/seChoice';
import type { Level } from './levelPick';
import {
  biasRows,
  gateRows,
  LEVEL_TEXT,
  placeRows,
  reductionRows,
  squeezeRows,
  type OptionLevel,
} from './optionRows';

export interface ChoiceLevelsRequest<Plan> {
  plan(choice: SeChoice): Promise<Planned<Plan>>;
  /** What the rows show of a plan. */
  factsOf(plan: Plan): { readonly variant: SeVariant | null; readonly channels: ChannelCount | null };
  /** Whether there are blocks already: then a choice that is there already is no refusal. */
  readonly changes: boolean;
  /** Names the row that leaves the place open; null: there is none. */
  readonly open: string | null;
}

/** The levels in which the options are chosen. Each place is tried, so that those which are refused say why. */
export function choiceLevels<Plan>({
  plan,
  factsOf,
  changes,
  open,
}: ChoiceLevelsRequest<Plan>): Record<OptionLevel, Level<SeChoice, Plan>> {
  const facts = (planned: Planned<Plan>) => (planned.ok ? factsOf(planned.plan) : null);
  return {
    place: {
      ...LEVEL_TEXT.place,
      rows: async (choice, planned) => {
        const refusals = new Map<SeVariant, string>();
        for (const variant of SE_VARIANTS) {
          const tried = await plan({ ...choice, variant });
          if (!tried.ok && !(changes && tried.reason.code === 'already-there'))
            refusals.set(variant, tried.reason.message);
        }
        return placeRows(choice, facts(planned)?.variant ?? null, refusals, open);
      },
    },
    reduction: {
      ...LEVEL_TEXT.reduction,
      rows: (choice, planned, typed) => reductionRows(choice, facts(planned)?.channels ?? null, typed),
    },
    squeeze: { ...LEVEL_TEXT.squeeze, rows: squeezeRows },
    gate: { ...LEVEL_TEXT.gate, rows: gateRows },
    bias: { ...LEVEL_TEXT.bias, rows: biasRows },
  };
}
