import * as vscode from 'vscode';
import { sourceLanguageOf } from '../../../core/codegen/sourceLanguage';
import { isDefinition } from '../../definitions/definitionFiles';
import type { TraceSource } from '../../recordings/traceSource';
import { DocumentAnalysis } from '../sites/documentAnalysis';
import { isWritable } from '../sites/writable';
import { chooseGates, rememberingFitter, type Fitter, type SourcesToChooseFrom } from './chooseGates';
import { fitterOf, isBroken } from './fitDocument';
import type { GateChoices } from './gateChoices';
import { movedReading, type GatesReading } from './gatesReading';
import { shownGates, type GatesService, type ShownGates } from './shownGates';

export const GATES_SETTING = 'sePlayground.heatmap.enabled';

export interface WatchedSources extends SourcesToChooseFrom {
  readonly onDidChange: vscode.Event<void>;
}

interface Tracked {
  analysis: DocumentAnalysis<GatesReading>;
  /** What was read last, moved with what was typed since. */
  latest: GatesReading | undefined;
  fitter: { readonly version: number; readonly fitter: Fitter | undefined } | undefined;
}

/** Reads each document that someone asked about at most once a version, and again when there are other traces. */
export class DocumentGates implements GatesService, vscode.Disposable {
  private readonly tracked = new Map<vscode.TextDocument, Tracked>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  private readonly subscriptions: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  /** @param unreadable told of every source that could not be read */
  constructor(
    private readonly sources: WatchedSources,
    private readonly choices: GateChoices,
    private readonly unreadable: (source: TraceSource, thrown: unknown) => void,
    private readonly problem: (thrown: unknown) => void,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      sources.onDidChange(() => this.renew()),
      choices.onDidChange((uri) => this.renew(uri)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const tracked = this.tracked.get(document);
        if (!tracked || contentChanges.length === 0) return;
        tracked.latest = tracked.latest && movedReading(tracked.latest, contentChanges);
        tracked.analysis.renew();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(GATES_SETTING)) this.renew();
      }),
    );
  }

  async gatesOf(document: vscode.TextDocument): Promise<ShownGates | undefined> {
    const found = (await this.reading(document))?.found;
    return found && shownGates(document, found);
  }

  /** Undefined where the document is none of ours, or closed meanwhile. */
  async reading(document: vscode.TextDocument): Promise<GatesReading | undefined> {
    if (!canHaveGates(document) || document.isClosed) return undefined;
    for (;;) {
      const { analysis } = this.track(document);
      const reading = await analysis.current();
      const tracked = this.tracked.get(document);
      if (!tracked) return undefined;
      if (reading) return tracked.latest ?? reading;
      // Other traces have come meanwhile: what is read of them is the answer.
    }
  }

  /** What was read last, in the places where it is now: for what must not come and go while someone types. */
  latest(document: vscode.TextDocument): GatesReading | undefined {
    return this.tracked.get(document)?.latest;
  }

  /** How traces fit the document as it is now; undefined where it makes no SE block. */
  async fitter(document: vscode.TextDocument): Promise<Fitter | undefined> {
    const tracked = this.track(document);
    const { version } = document;
    if (tracked.fitter?.version === version) return tracked.fitter.fitter;
    const fitter = await fitterOf(document);
    tracked.fitter = { version, fitter };
    return fitter;
  }

  dispose(): void {
    for (const document of [...this.tracked.keys()]) this.forget(document);
    this.subscriptions.dispose();
  }

  private track(document: vscode.TextDocument): Tracked {
    const known = this.tracked.get(document);
    if (known) return known;
    const made = { analysis: this.analysisOf(document), latest: undefined, fitter: undefined };
    this.tracked.set(document, made);
    return made;
  }

  private analysisOf(document: vscode.TextDocument): DocumentAnalysis<GatesReading> {
    return new DocumentAnalysis(
      document,
      () => this.analyse(document),
      () => this.changed.fire(document.uri),
    );
  }

  /** Whoever shows a document asks again; the others are not read for nothing. */
  private renew(uri?: vscode.Uri): void {
    for (const [document, tracked] of this.tracked) {
      if (uri && document.uri.toString() !== uri.toString()) continue;
      const { analysis } = tracked;
      tracked.analysis = this.analysisOf(document);
      analysis.dispose();
    }
    this.changed.fire(uri);
  }

  private forget(document: vscode.TextDocument): void {
    const tracked = this.tracked.get(document);
    this.tracked.delete(document);
    tracked?.analysis.dispose();
  }

  private async analyse(document: vscode.TextDocument): Promise<GatesReading> {
    const { version } = document;
    let reading: GatesReading = {};
    try {
      reading = await this.read(document);
    } catch (thrown) {
      this.problem(thrown);
    }
    const tracked = this.tracked.get(document);
    if (tracked && document.version === version) tracked.latest = reading;
    return reading;
  }

  private async read(document: vscode.TextDocument): Promise<GatesReading> {
    if (!vscode.workspace.getConfiguration().get<boolean>(GATES_SETTING, true)) return {};
    const choice = this.choices.of(document.uri);
    // The parsers are not even read where there is nothing to show.
    if (choice.source === undefined && (await this.sources.all()).length === 0) return {};
    const before = this.tracked.get(document)?.latest;
    // Half a statement is no reason to take away what the rest of the file shows.
    if (before?.found && (await isBroken(document))) return before;
    const fitter = await this.fitter(document);
    if (!fitter) return {};
    return chooseGates(this.sources, rememberingFitter(fitter, before?.found), choice, this.unreadable);
  }
}

function canHaveGates({ uri, languageId }: vscode.TextDocument): boolean {
  return (isDefinition(uri) || sourceLanguageOf(languageId) !== undefined) && isWritable(uri);
}
