/** The first level of the pick for a model definition: its blocks are one setting, so the cost is exact, stage by stage. */
import type { DefinitionPlan } from '../../../core/editing/planDefinitionEdit';
import type { SeChoice } from '../verbs/seChoice';
import { stageRows } from './convertRows';
import { section, totalOf } from './insertRows';
import { optionEntries } from './optionRows';
import { sentenceRows, type ItemRow, type Row } from './row';

export type PlannedDefinition =
  | { readonly ok: true; readonly plan: Pick<DefinitionPlan, 'summary'> }
  | { readonly ok: false; readonly reason: { readonly code: string; readonly message: string } };

export function definitionRows(choice: SeChoice, planned: PlannedDefinition): Row<SeChoice>[] {
  const entries = optionEntries(choice, choice.variant ?? 'standard');
  if (!planned.ok) {
    const asItIs = planned.reason.code === 'already-there';
    const sentence = asItIs
      ? 'These are the settings of the definition. Choose what to change.'
      : planned.reason.message;
    return [...sentenceRows<SeChoice>(asItIs ? 'info' : 'error', sentence), ...entries];
  }
  const { network } = planned.plan.summary;
  return [
    applyRow('Set', 'edit', planned.plan),
    ...entries,
    ...(network ? section(`${network.entry}: ${totalOf(network)}`, stageRows<SeChoice>(network)) : []),
    ...warningRows<SeChoice>(planned.plan),
  ];
}

export function definitionRemovalRows(planned: PlannedDefinition): Row<null>[] {
  if (!planned.ok) return sentenceRows<null>('error', planned.reason.message);
  return [applyRow('Set', 'trash', planned.plan), ...warningRows<null>(planned.plan)];
}

function applyRow(label: string, icon: string, { summary }: Pick<DefinitionPlan, 'summary'>): ItemRow<never> {
  return {
    kind: 'item',
    label: `$(${icon}) ${label}: ${summary.what}`,
    detail: summary.cost,
    action: { kind: 'apply' },
    current: true,
  };
}

function warningRows<Choice>({ summary }: Pick<DefinitionPlan, 'summary'>): Row<Choice>[] {
  return section(
    'Warnings',
    summary.warnings.flatMap((warning) => sentenceRows<Choice>('warning', warning)),
  );
}
