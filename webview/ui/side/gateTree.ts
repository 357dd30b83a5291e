import type { ColourScale } from '../../../src/core/excitation/colourScale';
import { element } from '../dom/element';
import { plural } from '../format/numbers';
import { drawStrip } from './stripCanvas';
import { treeMove, type OpenRows } from './treeKeys';
import { rowNumbers, spokenRow, type BlockRow, type LineRow, type TreeRow } from './treeRows';

export interface GateTreeOptions {
  /** The user selected a row. */
  onSelect(row: TreeRow): void;
  /** The user wants to go on in the code: Enter, or a double click. */
  onOpen(row: TreeRow): void;
  /** The user opened or closed a row. */
  onToggle(row: TreeRow): void;
  /** What an open block shows below its row. */
  detailOf(row: BlockRow): HTMLElement;
  open: OpenRows;
}

export interface GateTree {
  readonly element: HTMLElement;
  /** Draws the rows. `selectedKey` is the row of the code's cursor, if it has one. */
  show(lines: readonly LineRow[], scale: ColourScale, selectedKey: string | null): void;
  /** Marks another row. The focus goes with it if the tree has it. */
  select(key: string | null): void;
  focus(): void;
  rowElement(key: string): HTMLElement | undefined;
  /** Elements of the lines, in order. */
  lineElements(): HTMLElement[];
}

/** Lines of code and the blocks that they make, as an ARIA tree with one tab stop; an open block shows its classes. */
export function gateTree(options: GateTreeOptions): GateTree {
  const made = element('ul', {
    class: 'gate-tree',
    role: 'tree',
    'aria-label': 'Lines of code with SE blocks',
  });
  const items = new Map<string, { item: HTMLElement; row: TreeRow }>();
  let strips: { canvas: HTMLCanvasElement; row: BlockRow }[] = [];
  let lines: readonly LineRow[] = [];
  let scale: ColourScale | undefined;
  let selected: string | null = null;
  /** The tab stop. */
  let active: string | undefined;

  const drawStrips = () => {
    for (const { canvas, row } of strips) {
      if (scale && canvas.clientWidth > 0) drawStrip(canvas, row.channelMeans, scale, canvas.clientWidth);
    }
  };
  new ResizeObserver(drawStrips).observe(made);

  const mark = () => {
    if (active === undefined || !items.has(active)) active = selected ?? lines[0]?.key;
    for (const [key, { item }] of items) {
      item.tabIndex = key === active ? 0 : -1;
      item.setAttribute('aria-selected', String(key === selected));
    }
  };
  const hasFocus = () => document.activeElement?.getAttribute('role') === 'treeitem';
  const focusActive = () => items.get(active ?? '')?.item.focus({ preventScroll: true });

  const itemOf = (row: TreeRow, head: HTMLElement, level: number, below: HTMLElement | null) => {
    const item = element(
      'li',
      {
        role: 'treeitem',
        class: `gate-item ${row.kind}`,
        'aria-level': level,
        'aria-expanded': options.open.isOpen(row) ? 'true' : 'false',
        'aria-label': spokenRow(row),
      },
      head,
      below,
    );
    items.set(row.key, { item, row });
    head.addEventListener('click', (event) => {
      const onTwisty = event.target instanceof Element && event.target.closest('.twisty') !== null;
      active = row.key;
      item.tabIndex = 0;
      item.focus({ preventScroll: true });
      if (onTwisty) options.onToggle(row);
      else options.onSelect(row);
    });
    head.addEventListener('dblclick', (event) => {
      if (!(event.target instanceof Element && event.target.closest('.twisty'))) options.onOpen(row);
    });
    return item;
  };
  const blockItem = (row: BlockRow) => {
    const canvas = element('canvas', { class: 'strip', 'aria-hidden': 'true' });
    strips.push({ canvas, row });
    return itemOf(row, blockHead(row, canvas), 2, options.open.isOpen(row) ? options.detailOf(row) : null);
  };
  const lineItem = (row: LineRow) => {
    const below = options.open.isOpen(row)
      ? element('ul', { role: 'group' }, ...row.blocks.map(blockItem))
      : null;
    return itemOf(row, lineHead(row), 1, below);
  };
  made.addEventListener('keydown', (event) => {
    const held = event.target instanceof Element ? event.target : null;
    // Keys of what an open block shows are its own.
    if (held?.getAttribute('role') !== 'treeitem' || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = active === undefined ? undefined : items.get(active)?.row;
    const move = row && treeMove(event.key, row, lines, options.open);
    if (!move) return;
    event.preventDefault();
    if (move.kind === 'toggle') options.onToggle(move.row);
    else if (move.kind === 'open') options.onOpen(move.row);
    else options.onSelect(move.row);
  });

  return {
    element: made,
    show: (nextLines, nextScale, selectedKey) => {
      const focused = hasFocus();
      [lines, scale, selected] = [nextLines, nextScale, selectedKey];
      items.clear();
      strips = [];
      made.replaceChildren(...lines.map(lineItem));
      drawStrips();
      mark();
      if (focused) focusActive();
    },
    select: (key) => {
      const focused = hasFocus();
      selected = key;
      if (key !== null) active = key;
      mark();
      if (focused) focusActive();
    },
    focus: focusActive,
    rowElement: (key) => {
      const head = items.get(key)?.item.firstElementChild;
      return head instanceof HTMLElement ? head : undefined;
    },
    lineElements: () => lines.flatMap(({ key }) => items.get(key)?.item ?? []),
  };
}

function lineHead({ line, shown, blocks }: LineRow): HTMLElement {
  return element(
    'div',
    { class: 'row line-row', 'aria-hidden': 'true', title: shown.text },
    element('span', { class: 'twisty' }),
    element('span', { class: 'line-number' }, String(line + 1)),
    element('code', {}, shown.text),
    blocks.length > 1 && element('span', { class: 'count' }, String(blocks.length)),
  );
}

function blockHead(row: BlockRow, canvas: HTMLCanvasElement): HTMLElement {
  const { id, channels, remark } = row.block;
  return element(
    'div',
    { class: 'row block-row', 'aria-hidden': 'true', title: remark ?? '' },
    element('span', { class: 'twisty' }),
    element(
      'span',
      { class: 'block-name' },
      id,
      element('span', { class: 'channels' }, plural(channels, 'channel')),
    ),
    canvas,
    element('span', { class: 'row-numbers' }, ...rowNumbers(row).map((text) => element('span', {}, text))),
  );
}
