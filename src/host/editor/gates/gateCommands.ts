import * as vscode from 'vscode';
import { PlaygroundError } from '../../../core/errors';
import { openRecording, type TracePanel } from '../../recordings/openRecording';
import type { TraceSources } from '../../recordings/traceSources';
import { fitOf } from './chooseGates';
import type { DocumentGates } from './documentGates';
import type { GateChoices } from './gateChoices';
import { pickGates, pickNetwork, unfitting, type GatePick } from './gatePick';

/** The commands about gates beside code. */
export class GateCommands {
  constructor(
    private readonly sources: TraceSources,
    private readonly gates: DocumentGates,
    private readonly choices: GateChoices,
    private readonly panel: TracePanel,
  ) {}

  /**
   * @param target the document; of the active editor if absent
   * @param source id of what to show, null to forget what was chosen; absent: asks
   */
  async choose(target: unknown, source?: unknown): Promise<void> {
    const document = await documentOf(target);
    const pick = await this.pickFor(document, source);
    switch (pick?.kind) {
      case 'show':
        return this.choices.choose(document.uri, pick.source, pick.family, pick.network);
      case 'forget':
        return this.choices.forget(document.uri);
      case 'openRecording':
        await this.open(undefined);
        return;
      case undefined:
    }
  }

  /** The answer to "do these gates fit this network?"; null: no, and do not ask again. */
  async answer(target: unknown, family: unknown, network: unknown): Promise<void> {
    const document = await documentOf(target);
    if (typeof family !== 'string' || (typeof network !== 'string' && network !== null)) return;
    await this.choices.answer(document.uri, family, network);
  }

  /** Shows a trace in the panel, by its id. */
  async show(id: unknown): Promise<void> {
    const source = typeof id === 'string' ? await this.sources.byId(id) : undefined;
    if (!source)
      throw new PlaygroundError(
        'data/trace',
        'These gates are not there any more. Choose others for the file.',
      );
    if (source.kind === 'run') {
      const [, runId] = source.id.split(':');
      await vscode.commands.executeCommand('sePlayground.showHeatmap', runId);
      return;
    }
    await this.panel.showTrace(source.label, await source.read());
  }

  /** Shows a recorded file in the panel, and takes it in as one that code may fit. */
  open(target: unknown): Promise<vscode.Uri | undefined> {
    return openRecording(this.sources.files, this.panel, target);
  }

  private async pickFor(document: vscode.TextDocument, source: unknown): Promise<GatePick | undefined> {
    if (source === null) return { kind: 'forget' };
    const fitter = await this.gates.fitter(document);
    const choice = this.choices.of(document.uri);
    const fileName = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
    if (typeof source !== 'string') return pickGates({ sources: this.sources, fitter, choice, fileName });
    const named = await this.sources.byId(source);
    const found = named && fitter && fitOf(named, await named.read(), fitter, choice);
    if (!found) throw unfitting(named?.label ?? source);
    return pickNetwork(found);
  }
}

async function documentOf(target: unknown): Promise<vscode.TextDocument> {
  if (target instanceof vscode.Uri) return vscode.workspace.openTextDocument(target);
  const document = vscode.window.activeTextEditor?.document;
  if (document) return document;
  throw new PlaygroundError('data/trace', 'Open the code of a network first: its gates are shown beside it.');
}
