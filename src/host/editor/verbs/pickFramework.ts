import * as vscode from 'vscode';
import { FRAMEWORK_NAMES, type SourceFramework } from '../../../core/codegen/sourceLanguage';
import type { SourceTarget } from './openTarget';
import type { Planned } from './planSession';
import { CANCELLED, type VerbContext } from './verbContext';

/** Asks which framework a block is for. */
export async function pickFramework(
  frameworks: readonly SourceFramework[],
): Promise<SourceFramework | undefined> {
  const items = frameworks.map((framework) => ({ label: FRAMEWORK_NAMES[framework], framework }));
  return (await vscode.window.showQuickPick(items, { title: 'SE block for' }))?.framework;
}

/** The framework that was said or answered for the target's file; null where it has not been asked. */
export function knownFramework(
  context: VerbContext,
  { given, document }: SourceTarget,
): SourceFramework | null {
  return given.framework ?? context.frameworks.of(document.uri);
}

/** Plans; where the file is of several frameworks, asks once which one is meant, and plans again. */
export async function planWithFramework<Plan>(
  context: VerbContext,
  target: SourceTarget,
  plan: () => Promise<Planned<Plan>>,
): Promise<Planned<Plan>> {
  const planned = await plan();
  if (planned.ok || planned.reason.code !== 'several-frameworks' || !target.asks) return planned;
  const { document, editing } = target;
  const framework = await pickFramework(editing.frameworks(document.getText()));
  if (!framework) return { ok: false, reason: CANCELLED };
  context.frameworks.remember(document.uri, framework);
  return plan();
}
