import * as vscode from 'vscode';
import type { SourceFramework } from '../../../core/codegen/sourceLanguage';
import type { SitesReport } from '../../../core/editing/insertTypes';
import { editingOf } from '../seEditing';
import { DocumentAnalysis } from './documentAnalysis';
import type { TextChange } from './offsetShift';

export interface DocumentEdit {
  readonly document: vscode.TextDocument;
  readonly changes: readonly TextChange[];
}

/** The sites of the documents that someone asked about, until they are closed. */
export class DocumentSites implements vscode.Disposable {
  private readonly analyses = new Map<vscode.TextDocument, DocumentAnalysis<SitesReport>>();
  private readonly analysed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly edited = new vscode.EventEmitter<DocumentEdit>();
  private readonly subscriptions: vscode.Disposable;
  /** There is a new report of the document. */
  readonly onDidAnalyse = this.analysed.event;
  /** The document was edited; its next report comes when the typing pauses. */
  readonly onDidEdit = this.edited.event;

  constructor(
    private readonly frameworkOf: (uri: vscode.Uri) => SourceFramework | null,
    onDidAnswerFramework: vscode.Event<vscode.Uri>,
    private readonly problem: (thrown: unknown) => void,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.analysed,
      this.edited,
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const analysis = this.analyses.get(document);
        if (!analysis || contentChanges.length === 0) return;
        this.edited.fire({ document, changes: contentChanges });
        analysis.renew();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.analyses.get(document)?.dispose();
        this.analyses.delete(document);
      }),
      onDidAnswerFramework((uri) => {
        for (const [document, analysis] of this.analyses)
          if (document.uri.toString() === uri.toString()) analysis.renew();
      }),
    );
  }

  /** The report of the document as it is now, or as it is when the typing pauses; null where it is none of ours. */
  current(document: vscode.TextDocument): Promise<SitesReport | null> {
    let analysis = this.analyses.get(document);
    if (!analysis) {
      analysis = new DocumentAnalysis(
        document,
        () => this.analyse(document),
        () => this.analysed.fire(document),
      );
      this.analyses.set(document, analysis);
    }
    return analysis.current();
  }

  dispose(): void {
    for (const analysis of this.analyses.values()) analysis.dispose();
    this.analyses.clear();
    this.subscriptions.dispose();
  }

  private async analyse(document: vscode.TextDocument): Promise<SitesReport | null> {
    try {
      const editing = editingOf(document.languageId);
      const text = document.getText();
      if (!editing?.worthAnalysing(text, document.lineCount)) return null;
      return await editing.sites({ text, framework: this.frameworkOf(document.uri) });
    } catch (thrown) {
      this.problem(thrown);
      return null;
    }
  }
}
