import type * as vscode from 'vscode';
import { TraceSources } from '../../recordings/traceSources';
import type { TracePanel } from '../../recordings/openRecording';
import type { TraceSource } from '../../recordings/traceSource';
import type { RunStore } from '../../runs/runStore';
import { registerTable } from '../../registerTable';
import { showProblem } from '../../showProblem';
import { DocumentGates } from './documentGates';
import { GateChoices } from './gateChoices';
import { GateCommands } from './gateCommands';
import { GateDecorations } from './gateDecorations';
import { registerGateHovers } from './gateHovers';
import { GateLenses } from './gateLenses';
import type { GatesService } from './shownGates';

/** Registers everything that shows gates beside code, and gives the service behind it. */
export function registerGates(
  context: vscode.ExtensionContext,
  { store, panel }: { store: RunStore; panel: TracePanel },
  log: vscode.LogOutputChannel,
): GatesService {
  const problem = (thrown: unknown) => showProblem(log, thrown, false);
  const sources = new TraceSources(store, (thrown) => log.warn(messageOf(thrown)));
  const choices = new GateChoices(context.workspaceState);
  const gates = new DocumentGates(sources, choices, tellOnce(log), problem);
  const commands = new GateCommands(sources, gates, choices, panel);
  context.subscriptions.push(
    sources,
    choices,
    gates,
    new GateDecorations(gates, problem),
    new GateLenses(gates),
    registerGateHovers(gates),
    registerTable(
      {
        chooseGates: (target, source) => commands.choose(target, source),
        openRecording: (target) => commands.open(target),
        'gates.answer': (target, family, network) => commands.answer(target, family, network),
        'gates.show': (source) => commands.show(source),
      },
      log,
    ),
  );
  return gates;
}

/** A damaged recording is told of once, until it changes: every document that is opened would meet it again. */
function tellOnce(log: vscode.LogOutputChannel): (source: TraceSource, thrown: unknown) => void {
  const told = new Set<string>();
  return ({ id, label, takenAtMs }, thrown) => {
    const key = `${id} ${takenAtMs}`;
    if (told.has(key)) return;
    told.add(key);
    log.warn(`${label}: ${messageOf(thrown)}`);
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
