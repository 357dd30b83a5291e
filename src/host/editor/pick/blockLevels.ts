import { SE_VARIANTS, type InsertSummary, type TextEdit } from '../../../core/editing/insertTypes';
import type { Planned } from '../verbs/planSession';
import type { SeChoice } from '../verbs/seChoice';
import { KEPT_PLACE, refusedPlaces, type BlockVerb } from './insertRows';
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

interface BlockPlan {
  readonly edits: readonly TextEdit[];
  readonly summary: InsertSummary;
}

/** The levels in which one block is chosen. `plan` tries each place, so that those which are refused say why. */
export function blockLevels<Plan extends BlockPlan>(
  plan: (choice: SeChoice) => Promise<Planned<Plan>>,
  verb: BlockVerb,
): Record<OptionLevel, Level<SeChoice, Plan>> {
  return {
    place: {
      ...LEVEL_TEXT.place,
      rows: async (choice, planned) => {
        const tried = [];
        for (const variant of SE_VARIANTS)
          tried.push({ variant, planned: await plan({ ...choice, variant }) });
        const current = planned.ok ? planned.plan.summary.variant : null;
        return placeRows(choice, current, refusedPlaces(verb, tried), verb.keeps ? KEPT_PLACE : null);
      },
    },
    reduction: {
      ...LEVEL_TEXT.reduction,
      rows: (choice, planned, typed) =>
        reductionRows(choice, planned.ok ? planned.plan.summary.channels : null, typed),
    },
    squeeze: { ...LEVEL_TEXT.squeeze, rows: squeezeRows },
    gate: { ...LEVEL_TEXT.gate, rows: gateRows },
    bias: { ...LEVEL_TEXT.bias, rows: biasRows },
  };
}
