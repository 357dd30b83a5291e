import * as vscode from 'vscode';
import type { Planned, Ready } from '../verbs/planSession';
import type { ItemRow, Row } from './row';

/** A list of choices below the first; `typed` is what stands in the input. */
export interface Level<Choice, Plan> {
  readonly title: string;
  readonly placeholder: string;
  rows(
    choice: Choice,
    planned: Planned<Plan>,
    typed: string,
  ): readonly Row<Choice>[] | Promise<readonly Row<Choice>[]>;
}

export interface LevelPickRequest<Choice, Plan> {
  readonly title: string;
  readonly placeholder: string;
  readonly start: Choice;
  plan(choice: Choice): Promise<Planned<Plan>>;
  rows(choice: Choice, planned: Planned<Plan>): readonly Row<Choice>[];
  readonly levels: Readonly<Record<string, Level<Choice, Plan>>>;
  /** Shows what was planned; what fails here must not stop the pick. */
  preview(planned: Planned<Plan>): void;
  /** The document was edited, or is gone. */
  readonly onDidEdit: vscode.Event<void>;
  readonly onDidClose: vscode.Event<void>;
  /** What failed beside: logged, and the pick goes on. */
  problem(thrown: unknown): void;
}

export interface Accepted<Choice, Plan> {
  readonly choice: Choice;
  readonly planned: Ready<Plan>;
}

interface RowItem<Choice> extends vscode.QuickPickItem {
  readonly row: Row<Choice>;
}

/** A pick of several levels whose preview follows what is looked at. Null: escaped, or the document was closed. */
export function pickInLevels<Choice, Plan>(
  request: LevelPickRequest<Choice, Plan>,
): Promise<Accepted<Choice, Plan> | null> {
  return new LevelPick(request).run();
}

class LevelPick<Choice, Plan> {
  private readonly pick = vscode.window.createQuickPick<RowItem<Choice>>();
  private readonly subscriptions: vscode.Disposable[] = [];
  private choice: Choice;
  /** Of the choice that was made, not of one that is only looked at. */
  private planned: Planned<Plan> | null = null;
  private level: string | null = null;
  /** Count what was asked for, so that only the latest answer is shown: a list, and a plan to preview. */
  private listTurn = 0;
  private planTurn = 0;
  private finish: (accepted: Accepted<Choice, Plan> | null) => void = () => {};

  constructor(private readonly request: LevelPickRequest<Choice, Plan>) {
    this.choice = request.start;
  }

  async run(): Promise<Accepted<Choice, Plan> | null> {
    const { pick, request, subscriptions } = this;
    // A click into the preview, to scroll it, must not end the pick.
    pick.ignoreFocusOut = true;
    pick.busy = true;
    subscriptions.push(
      pick.onDidAccept(() => this.accept()),
      pick.onDidChangeActive(([item]) => this.look(item?.row)),
      pick.onDidChangeValue(() => this.level !== null && this.later(() => this.list())),
      pick.onDidTriggerButton(() => this.go(null)),
      pick.onDidHide(() => this.finish(null)),
      request.onDidEdit(() => this.later(() => this.renew())),
      request.onDidClose(() => this.finish(null)),
    );
    const outcome = new Promise<Accepted<Choice, Plan> | null>((resolve) => (this.finish = resolve));
    this.later(() => this.renew());
    pick.show();
    try {
      return await outcome;
    } finally {
      this.listTurn++;
      this.planTurn++;
      for (const subscription of subscriptions) subscription.dispose();
      pick.dispose();
    }
  }

  /** Plans the choice anew and lists the level on display. */
  private async renew(): Promise<void> {
    const turn = ++this.planTurn;
    this.pick.busy = true;
    const planned = await this.request.plan(this.choice);
    if (turn !== this.planTurn) return;
    this.planned = planned;
    this.request.preview(planned);
    await this.list();
  }

  private async list(): Promise<void> {
    const { pick, request, planned } = this;
    if (!planned) return;
    const turn = ++this.listTurn;
    const level = this.level === null ? null : request.levels[this.level];
    const rows = level
      ? await level.rows(this.choice, planned, pick.value)
      : request.rows(this.choice, planned);
    if (turn !== this.listTurn) return;
    pick.placeholder = (level ?? request).placeholder;
    pick.title = level ? `${request.title} › ${level.title}` : request.title;
    pick.buttons = level ? [vscode.QuickInputButtons.Back] : [];
    const items = rows.map(itemOf);
    pick.items = items;
    const current = items.find(({ row }) => row.kind === 'item' && row.current);
    if (current && pick.value === '') pick.activeItems = [current];
    pick.busy = false;
  }

  private look(row: Row<Choice> | undefined): void {
    if (row?.kind !== 'item' || row.action.kind !== 'set') {
      if (this.planned && this.level === null) this.request.preview(this.planned);
      return;
    }
    const { choice } = row.action;
    this.later(async () => {
      const turn = ++this.planTurn;
      const planned = await this.request.plan(choice);
      if (turn === this.planTurn) this.request.preview(planned);
    });
  }

  private accept(): void {
    const row = this.pick.selectedItems[0]?.row ?? this.pick.activeItems[0]?.row;
    if (row?.kind === 'item') this.act(row);
  }

  private act({ action }: ItemRow<Choice>): void {
    switch (action.kind) {
      case 'apply':
        if (this.planned?.ok) this.finish({ choice: this.choice, planned: this.planned });
        break;
      case 'open':
        this.go(action.level);
        break;
      case 'set':
        this.choice = action.choice;
        this.go(null);
        break;
      case 'none':
        break;
    }
  }

  private go(level: string | null): void {
    this.level = level;
    this.pick.value = '';
    this.later(() => this.renew());
  }

  private later(work: () => Promise<void>): void {
    work().catch((thrown: unknown) => {
      this.pick.busy = false;
      this.request.problem(thrown);
    });
  }
}

function itemOf<Choice>(row: Row<Choice>): RowItem<Choice> {
  if (row.kind === 'heading') return { row, label: row.label, kind: vscode.QuickPickItemKind.Separator };
  const { label, description, detail } = row;
  return {
    row,
    label,
    ...(description !== undefined && { description }),
    // In line with the label, which has an icon before it.
    ...(detail !== undefined && { detail: `$(blank) ${detail}` }),
  };
}
