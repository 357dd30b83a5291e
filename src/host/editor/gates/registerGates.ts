import type * as vscode from 'vscode';
import { TraceSources } from '../../recordings/traceSources';
import type { RunStore } from '../../runs/runStore';
import { showProblem } from '../../showProblem';
import { DocumentGates } from './documentGates';
import { GateDecorations } from './gateDecorations';
import type { GatesService } from './shownGates';

/** Registers everything that shows gates beside code, and gives the service behind it. */
export function registerGates(
  context: vscode.ExtensionContext,
  { store }: { store: RunStore },
  log: vscode.LogOutputChannel,
): GatesService {
  const problem = (thrown: unknown) => showProblem(log, thrown, false);
  const sources = new TraceSources(store);
  const gates = new DocumentGates(sources, problem);
  context.subscriptions.push(sources, gates, new GateDecorations(gates, problem));
  return gates;
}
