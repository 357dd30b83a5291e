import type { RemovePlan } from '../../../core/editing/insertTypes';
import { section } from './insertRows';
import { sentenceRows, type Row } from './row';

export type PlannedRemoval =
  | { readonly ok: true; readonly plan: Pick<RemovePlan, 'summary'> }
  | { readonly ok: false; readonly reason: { readonly message: string } };

/** The one question before a block goes. */
export function removeRows(planned: PlannedRemoval): Row<null>[] {
  if (!planned.ok) return sentenceRows<null>('error', planned.reason.message);
  const { className, where, classRemoved, warnings } = planned.plan.summary;
  return [
    {
      kind: 'item',
      label: `$(trash) Remove ${className} ${where}`,
      detail: classRemoved
        ? 'Its class goes too: nothing else in this file uses it'
        : 'Its class stays in the file',
      action: { kind: 'apply' },
      current: true,
    },
    ...section(
      'Warnings',
      warnings.flatMap((warning) => sentenceRows<null>('warning', warning)),
    ),
  ];
}
