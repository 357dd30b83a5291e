import { pickPlace } from '../pick/placePick';
import { noteRows, siteRows, useRows, type ChosenSite } from '../pick/siteRows';
import type { SourceTarget } from './openTarget';
import { knownFramework } from './pickFramework';
import type { Reason } from './planSession';
import type { VerbContext } from './verbContext';

/** Offers the sites of the file where there is none at the cursor, for the `reason` on top. none: the file has nothing to offer. */
export async function pickSite(
  context: VerbContext,
  target: SourceTarget,
  reason: Reason,
): Promise<ChosenSite | 'none' | 'escaped'> {
  const { document, editor, editing } = target;
  const rows = async () => {
    const text = document.getText();
    const report = await editing.sites({ text, framework: knownFramework(context, target) });
    return siteRows(report, text);
  };
  const offered = await rows();
  if (!editor || !offered.some((row) => row.kind === 'place' && row.value !== null)) return 'none';
  const chosen = await pickPlace<ChosenSite>({
    title: 'Insert SE block: pick a place in this file',
    placeholder: 'No site at the cursor',
    editor,
    rows: async () => [...noteRows<ChosenSite>(reason.message), ...(await rows())],
    problem: (thrown) => context.problem(thrown),
  });
  return chosen ?? 'escaped';
}

/** Offers the SE blocks of the file. none: it has none. */
export async function pickUse(
  context: VerbContext,
  target: SourceTarget,
  title: string,
): Promise<number | 'none' | 'escaped'> {
  const { document, editor, editing } = target;
  const rows = async () => {
    const text = document.getText();
    return useRows(await editing.sites({ text, framework: knownFramework(context, target) }), text);
  };
  if (!editor || (await rows()).length === 0) return 'none';
  const placeholder = 'The SE blocks of this file';
  const chosen = await pickPlace({
    title,
    placeholder,
    editor,
    rows,
    problem: (thrown) => context.problem(thrown),
  });
  return chosen ?? 'escaped';
}
