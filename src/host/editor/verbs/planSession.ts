import * as vscode from 'vscode';
import type { TextEdit } from '../../../core/editing/insertTypes';
import { nearestShiftedOffset } from '../sites/offsetShift';
import { undecodedPlace } from './undecoded';

/** Why nothing was done: the core's refusals and the host's own, with a sentence for the user. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** A plan for one version of a document, which it must still have when the plan is applied. */
export interface Ready<Plan> {
  readonly ok: true;
  readonly plan: Plan;
  readonly version: number;
  readonly text: string;
}

export type Planned<Plan> = Ready<Plan> | { readonly ok: false; readonly reason: Reason };

type Answer<Plan> =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly reason: Reason };

/**
 * Plans for a document that may be edited meanwhile: the place moves with what is typed, and every plan is for the text as it is now.
 */
export class PlanSession<Choice, Plan extends { readonly edits: readonly TextEdit[] }> {
  private readonly edited = new vscode.EventEmitter<void>();
  private readonly closed = new vscode.EventEmitter<void>();
  readonly onDidEdit = this.edited.event;
  readonly onDidClose = this.closed.event;
  private readonly subscriptions: vscode.Disposable;

  constructor(
    readonly document: vscode.TextDocument,
    public offset: number,
    private readonly planner: (text: string, offset: number, choice: Choice) => Promise<Answer<Plan>>,
  ) {
    this.subscriptions = vscode.Disposable.from(
      this.edited,
      this.closed,
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document || event.contentChanges.length === 0) return;
        this.offset = nearestShiftedOffset(this.offset, event.contentChanges);
        this.edited.fire();
      }),
      vscode.workspace.onDidCloseTextDocument((gone) => {
        if (gone === document) this.closed.fire();
      }),
    );
  }

  async plan(choice: Choice): Promise<Planned<Plan>> {
    for (;;) {
      const { version } = this.document;
      const text = this.document.getText();
      const answer = await this.planner(text, this.offset, choice);
      // The parsers are read while the user may type on; what was planned then is for a text that is gone.
      if (this.document.version !== version && !this.document.isClosed) continue;
      if (!answer.ok) return answer;
      const undecoded = undecodedPlace(text, answer.plan.edits);
      if (undecoded !== null) return { ok: false, reason: { code: 'undecodable', message: undecoded } };
      return { ...answer, version, text };
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}
