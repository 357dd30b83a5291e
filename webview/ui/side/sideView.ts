import type { EditorPlace, SideCommand, SideState } from '../../../src/protocol/sideContract';
import { element, setHidden } from '../dom/element';
import { lazyTable } from '../heatmap/lazyTable';
import { blockTable } from './blockTable';
import { ClassDetails, type AskClassGates } from './classDetails';
import { emptyView } from './emptyView';
import { gateTree } from './gateTree';
import { rangeScale } from './rangeScale';
import { scrollMap } from './scrollMap';
import { ScrollSync } from './scrollSync';
import type { KeptState } from './sideDoor';
import { sideHeader } from './sideHeader';
import { treeRows, type LineRow, type TreeRow } from './treeRows';

/** What the view asks of the host. */
export interface SideActions {
  lineSelected(line: number): void;
  lineOpened(line: number): void;
  viewScrolled(line: number): void;
  runCommand(command: SideCommand): void;
  classGates: AskClassGates;
  keep(state: KeptState): void;
}

export interface SideView {
  readonly element: HTMLElement;
  show(state: SideState, place: EditorPlace | null): void;
  editorScrolled(top: number): void;
  cursorMoved(line: number): void;
  /** Puts the focus on the tree's row, so that its keys work at once. */
  focus(): void;
}

/** The gates of the file beside: its lines with SE, their blocks, and each block's classes. */
export function sideView(actions: SideActions, kept: KeptState): SideView {
  const openBlocks = new Set(kept.openBlocks);
  const closedLines = new Set(kept.closedLines);
  let lines: LineRow[] = [];
  let lineCount = 1;
  let document: string | null = kept.document;
  let selected: TreeRow | null = null;
  let shownBefore = false;
  let drawAgain = () => {};

  const keep = () => actions.keep({ document, openBlocks: [...openBlocks], closedLines: [...closedLines] });
  const isOpen = (row: TreeRow) =>
    row.kind === 'line' ? !closedLines.has(row.key) : openBlocks.has(row.key);
  const details = new ClassDetails(actions.classGates);
  const select = (row: TreeRow | null) => {
    selected = row;
    tree.select(row?.key ?? null);
    const shown = row && tree.rowElement(row.key);
    if (shown) sync.reveal(shown, row.kind === 'block' ? LINE_ROW_HEIGHT : 0);
  };
  const tree = gateTree({
    open: { isOpen },
    detailOf: (row) => details.detailOf(row),
    onSelect: (row) => {
      select(row);
      actions.lineSelected(row.line);
    },
    onOpen: (row) => actions.lineOpened(row.line),
    onToggle: (row) => {
      const set = row.kind === 'line' ? closedLines : openBlocks;
      if (!set.delete(row.key)) set.add(row.key);
      keep();
      drawAgain();
    },
  });
  const header = sideHeader((command) => actions.runCommand(command));
  const table = lazyTable('All numbers', () => (lines.length > 0 ? blockTable(lines) : null));
  const scroller = element(
    'div',
    { class: 'side-scroll' },
    element(
      'p',
      { class: 'look-for' },
      'Early blocks usually treat all classes alike. Look for later ones with a high class spread, and for blocks that let nearly everything or nothing through.',
    ),
    tree.element,
    table.element,
  );
  const sync = new ScrollSync(
    scroller,
    () => {
      const top = scroller.getBoundingClientRect().top - scroller.scrollTop;
      const tops = tree.lineElements().map((item) => item.getBoundingClientRect().top - top);
      const groups = lines.map(({ line }, index) => ({ line, top: tops[index] ?? 0 }));
      return scrollMap(groups, { lineCount, height: scroller.scrollHeight });
    },
    (line) => actions.viewScrolled(Math.floor(line)),
  );
  const empty = emptyView((command) => actions.runCommand(command));
  const gatesPart = element('div', { class: 'side-gates' }, header.element, scroller);
  setHidden(gatesPart, true);
  setHidden(empty.element, true);

  const cursorMoved = (line: number) => {
    if (selected?.line === line) return;
    select(lines.find((row) => row.line === line) ?? null);
  };
  return {
    element: element('main', { class: 'side' }, gatesPart, empty.element),
    show: (state, place) => {
      const isOther = !shownBefore || state.document !== document;
      shownBefore = true;
      document = state.document;
      keep();
      setHidden(gatesPart, state.kind !== 'gates');
      setHidden(empty.element, state.kind === 'gates');
      if (state.kind === 'nothing') return empty.show(state);
      lines = treeRows(state);
      lineCount = state.lineCount;
      details.show(state);
      const scale = rangeScale([state.channelMeans]);
      header.show(state, scale);
      gatesPart.classList.toggle('stale', state.stale !== undefined);
      selected = rowOf(lines, selected?.key);
      drawAgain = () => {
        tree.show(lines, scale, selected?.key ?? null);
        table.refresh();
      };
      drawAgain();
      if (!place) return;
      // Other gates of the same file, an epoch later, leave the view where it is.
      if (isOther) sync.follow(place.top);
      cursorMoved(place.cursor);
    },
    editorScrolled: (top) => sync.follow(top),
    cursorMoved,
    focus: () => tree.focus(),
  };
}

/** What sticks to the top over the blocks of a line, in CSS pixels; as side.css says. */
const LINE_ROW_HEIGHT = 26;

function rowOf(lines: readonly LineRow[], key: string | undefined): TreeRow | null {
  return lines.flatMap((line): TreeRow[] => [line, ...line.blocks]).find((row) => row.key === key) ?? null;
}
