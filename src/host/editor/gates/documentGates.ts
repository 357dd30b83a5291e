import * as vscode from 'vscode';
import { isDefinition } from '../../definitions/definitionFiles';
import type { TraceSources } from '../../recordings/traceSources';
import { DocumentAnalysis } from '../sites/documentAnalysis';
import { isWritable } from '../sites/writable';
import type { FittingPlacement } from './fit';
import { fitDefinition } from './fitDefinition';
import type { GatesReading } from './gatesReading';
import type { GateLine, GatesService, ShownGates } from './shownGates';

const SETTING = 'sePlayground.heatmap.enabled';

/** Reads each document that someone asked about at most once a version, and again when there are other traces. */
export class DocumentGates implements GatesService, vscode.Disposable {
  private readonly analyses = new Map<vscode.TextDocument, DocumentAnalysis<GatesReading>>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  private readonly subscriptions: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly sources: TraceSources,
    private readonly problem: (thrown: unknown) => void,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      sources.onDidChange(() => this.renewAll()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.analyses.get(document)?.renew();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTING)) this.renewAll();
      }),
    );
  }

  async gatesOf(document: vscode.TextDocument): Promise<ShownGates | undefined> {
    return (await this.reading(document))?.shown;
  }

  /** Null where the document is none of ours, or closed meanwhile. */
  reading(document: vscode.TextDocument): Promise<GatesReading | null> {
    if (!canHaveGates(document)) return Promise.resolve(null);
    let analysis = this.analyses.get(document);
    if (!analysis) {
      analysis = new DocumentAnalysis(
        document,
        () => this.analyse(document),
        () => this.changed.fire(document.uri),
      );
      this.analyses.set(document, analysis);
    }
    return analysis.current();
  }

  dispose(): void {
    for (const document of [...this.analyses.keys()]) this.forget(document);
    this.subscriptions.dispose();
  }

  /** Whoever shows a document asks again; the others are not read for nothing. */
  private renewAll(): void {
    for (const document of [...this.analyses.keys()]) this.forget(document);
    this.changed.fire(undefined);
  }

  private forget(document: vscode.TextDocument): void {
    this.analyses.get(document)?.dispose();
    this.analyses.delete(document);
  }

  private async analyse(document: vscode.TextDocument): Promise<GatesReading | null> {
    try {
      return await this.read(document);
    } catch (thrown) {
      this.problem(thrown);
      return null;
    }
  }

  private async read(document: vscode.TextDocument): Promise<GatesReading | null> {
    if (!vscode.workspace.getConfiguration().get<boolean>(SETTING, true)) return null;
    const { version } = document;
    const fit = fitDefinition(document.getText());
    if (!fit) return null;
    let changed: ShownGates | undefined;
    for (const source of await this.sources.all()) {
      const trace = await source.read();
      const found = fit(trace, source.spec, false);
      if (found.kind !== 'certain' && found.kind !== 'changed') continue;
      const { id, kind, label, detail } = source;
      const shown: ShownGates = {
        source: { id, kind, label, detail },
        trace,
        lines: linesOf(document, found.placement),
        version,
      };
      if (found.kind === 'certain') return { shown, version };
      changed ??= { ...shown, stale: found.why };
    }
    return changed ? { shown: changed, version } : null;
  }
}

function canHaveGates({ uri }: vscode.TextDocument): boolean {
  return isDefinition(uri) && isWritable(uri);
}

/** Sites that begin on one line are one entry. */
function linesOf(document: vscode.TextDocument, { sites }: FittingPlacement): GateLine[] {
  const lines = new Map<number, GateLine>();
  for (const { span, blocks } of sites) {
    const range = new vscode.Range(document.positionAt(span.from), document.positionAt(span.to));
    const known = lines.get(range.start.line);
    lines.set(
      range.start.line,
      known ? { range: known.range.union(range), blocks: [...known.blocks, ...blocks] } : { range, blocks },
    );
  }
  return [...lines.values()].sort((one, other) => one.range.start.compareTo(other.range.start));
}
