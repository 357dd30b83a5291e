import type { EditPlan } from '../../../core/editing/insertTypes';
import { choiceLevels } from '../pick/choiceLevels';
import { KEPT_PLACE, type BlockVerb } from '../pick/insertRows';
import type { PlanSession } from './planSession';
import type { SeChoice } from './seChoice';

/** The levels in which one block of a source file is chosen. */
export function blockLevels(session: PlanSession<SeChoice, EditPlan>, { keeps }: BlockVerb) {
  return choiceLevels<EditPlan>({
    plan: (choice) => session.plan(choice),
    factsOf: ({ summary }) => summary,
    changes: keeps,
    open: keeps ? KEPT_PLACE : null,
  });
}
