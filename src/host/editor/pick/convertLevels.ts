import type { ConvertPlan } from '../../../core/editing/insertTypes';
import { inScope, SCOPE_LEVEL, scopeRows, type ConvertChoice } from './convertRows';
import type { Level } from './levelPick';
import { biasRows, gateRows, LEVEL_TEXT, placeRows, reductionRows, squeezeRows } from './optionRows';
import type { Row } from './row';
import type { SeChoice } from '../verbs/seChoice';

type ConvertLevel = Level<ConvertChoice, ConvertPlan>;

/** The levels in which the blocks of a network are chosen. Places are not tried unit by unit: what cannot be had shows in the preview's list. */
export function convertLevels(className: string | null): Readonly<Record<string, ConvertLevel>> {
  const level = (
    text: Pick<ConvertLevel, 'title' | 'placeholder'>,
    rows: (choice: SeChoice, typed: string) => Row<SeChoice>[],
  ): ConvertLevel => ({
    ...text,
    rows: (choice, _planned, typed) => rows(choice, typed).map((row) => inScope(row, choice.scope)),
  });
  return {
    [SCOPE_LEVEL]: {
      title: 'Which residual units',
      placeholder: 'Of this class, or of every class and function',
      rows: (choice) => (className === null ? [] : scopeRows(choice, className)),
    },
    place: level(LEVEL_TEXT.place, (choice) => placeRows(choice, null, new Map(), "each unit's best")),
    reduction: level(LEVEL_TEXT.reduction, (choice, typed) => reductionRows(choice, null, typed)),
    squeeze: level(LEVEL_TEXT.squeeze, squeezeRows),
    gate: level(LEVEL_TEXT.gate, gateRows),
    bias: level(LEVEL_TEXT.bias, biasRows),
  };
}
