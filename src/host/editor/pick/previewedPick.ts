import { applyEdits } from '../../../core/editing/editWriter';
import type { TextEdit } from '../../../core/editing/insertTypes';
import type { PlanSession, Planned } from '../verbs/planSession';
import type { Target } from '../verbs/openTarget';
import type { VerbContext } from '../verbs/verbContext';
import { pickInLevels, type Accepted, type Level } from './levelPick';
import type { Row } from './row';
import { lineToShow, type EditedText } from '../preview/lineToShow';

export interface PreviewedPickRequest<Choice, Plan extends { readonly edits: readonly TextEdit[] }> {
  readonly title: string;
  readonly placeholder: string;
  readonly session: PlanSession<Choice, Plan>;
  readonly start: Choice;
  rows(choice: Choice, planned: Planned<Plan>): readonly Row<Choice>[];
  readonly levels: Readonly<Record<string, Level<Choice, Plan>>>;
}

/**
 * A pick beside which a diff editor shows what the choice makes of the file. Both are gone when this resolves, and nothing was changed.
 */
export async function previewedPick<Choice, Plan extends { readonly edits: readonly TextEdit[] }>(
  context: VerbContext,
  target: Target,
  { title, placeholder, session, start, rows, levels }: PreviewedPickRequest<Choice, Plan>,
): Promise<Accepted<Choice, Plan> | null> {
  const { document, editor } = target;
  const preview = context.previews.start(document, editor?.viewColumn);
  let shown: EditedText | null = null;
  const show = (planned: Planned<Plan>) => {
    const edits = planned.ok ? planned.plan.edits : [];
    const now = { text: applyEdits(planned.ok ? planned.text : document.getText(), edits), edits };
    // Before anything is chosen, as when a block is changed, the place itself is shown.
    const line = lineToShow(shown, now) ?? (shown ? null : document.positionAt(session.offset).line);
    preview.show(now.text, line).catch((thrown: unknown) => context.problem(thrown));
    shown = now;
  };
  try {
    return await pickInLevels({
      title,
      placeholder,
      start,
      rows,
      levels,
      preview: show,
      plan: (choice) => session.plan(choice),
      onDidEdit: session.onDidEdit,
      onDidClose: session.onDidClose,
      problem: (thrown) => context.problem(thrown),
    });
  } finally {
    await preview.close();
  }
}
