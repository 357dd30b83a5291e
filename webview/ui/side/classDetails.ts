import { isCancelled, PlaygroundError } from '../../../src/core/errors';
import type { SideGates } from '../../../src/protocol/sideContract';
import { element } from '../dom/element';
import { blockClasses, type ClassGates } from './blockClasses';
import type { BlockRow } from './treeRows';

/** Asks the host for one block's classes; null if the gates on display are others by now. */
export type AskClassGates = (revision: number, block: number) => Promise<ClassGates | null>;

/** The pictures of the open blocks, each read once for the gates on display: they keep their place when rows are drawn again. */
export class ClassDetails {
  private readonly made = new Map<string, HTMLElement>();
  private gates: SideGates | undefined;

  constructor(private readonly ask: AskClassGates) {}

  show(gates: SideGates): void {
    if (gates.revision !== this.gates?.revision) this.made.clear();
    this.gates = gates;
  }

  detailOf(row: BlockRow): HTMLElement {
    const known = this.made.get(row.key);
    if (known) return known;
    const holder = element('div', { class: 'detail', 'aria-busy': 'true' }, 'Reading the gates…');
    this.made.set(row.key, holder);
    void this.fill(holder, row);
    return holder;
  }

  private async fill(holder: HTMLElement, { key, block, index }: BlockRow): Promise<void> {
    const { gates } = this;
    if (!gates) return;
    const { revision, classNames, imagesPerClass } = gates;
    try {
      const found = await this.ask(revision, index);
      // Others took their place; they are asked for anew.
      if (!found) return;
      holder.replaceChildren(blockClasses({ block, gates: found, classNames, imagesPerClass }));
    } catch (thrown) {
      if (this.made.get(key) === holder) this.made.delete(key);
      if (isCancelled(thrown)) return;
      holder.textContent = PlaygroundError.from(thrown, 'protocol/failure').message;
    }
    holder.removeAttribute('aria-busy');
  }
}
