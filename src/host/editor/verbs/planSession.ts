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
  /** Going back and forth in a pick asks for the same plans again. */
  private readonly made = new Map<string, Planned<Plan>>();

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
        this.made.clear();
        this.offset = nearestShiftedOffset(this.offset, event.contentChanges);
        this.edited.fire();
      }),
      vscode.workspace.onDidCloseTextDocument((gone) => {
        if (gone === document) this.closed.fire();
      }),
    );
  }

  /** The plan for the document as it is when this resolves. */
  async plan(choice: Choice): Promise<Planned<Plan>> {
    for (;;) {
      const { version } = this.document;
      const key = JSON.stringify([version, this.offset, choice]);
      const known = this.made.get(key);
      if (known) return known;
      const text = this.document.getText();
      const answer = await this.planner(text, this.offset, choice);
      // The parsers are read while the user may type on; what was planned then is for a text that is gone.
      if (this.document.version !== version && !this.document.isClosed) continue;
      const planned = checked(answer, version, text);
      // That question will have been answered when the same is asked again.
      if (planned.ok || planned.reason.code !== 'several-frameworks') this.made.set(key, planned);
      return planned;
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

function checked<Plan extends { readonly edits: readonly TextEdit[] }>(
  answer: Answer<Plan>,
  version: number,
  text: string,
): Planned<Plan> {
  if (!answer.ok) return answer;
  const undecoded = undecodedPlace(text, answer.plan.edits);
  if (undecoded !== null) return { ok: false, reason: { code: 'undecodable', message: undecoded } };
  return { ...answer, version, text };
}
