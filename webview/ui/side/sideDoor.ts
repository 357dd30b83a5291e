import type { PlaygroundError } from '../../../src/core/errors';
import { Channel } from '../../../src/protocol/channel';
import { sideHostContract, sidePageContract } from '../../../src/protocol/sideContract';
import { webviewHost } from '../webviewPort';

export type SideDoor = Channel<typeof sidePageContract, typeof sideHostContract>;

/** What outlives the page: the document on display (the host reads it after a reload of the window), and which rows are open. */
export interface KeptState {
  document: string | null;
  openBlocks: readonly string[];
  closedLines: readonly string[];
}

export interface SideConnection {
  door: SideDoor;
  keep(state: KeptState): void;
  /** What was kept last; empty where there is nothing, or nothing of ours. */
  kept(): KeptState;
}

const MAX_TEXT = 10_000;

/** Opens the door to the extension host. What goes wrong in the page and has no request to answer is sent to the host's log. */
export function openSideDoor(): SideConnection {
  const { port, getState, setState } = webviewHost();
  const report = ({ code, message }: PlaygroundError) =>
    door.emit('problem', { code, message: message.slice(0, MAX_TEXT) });
  const door: SideDoor = new Channel({
    port,
    local: sidePageContract,
    remote: sideHostContract,
    handlers: {},
    onProblem: report,
  });
  return { door, keep: setState, kept: () => readKept(getState()) };
}

function readKept(state: unknown): KeptState {
  const { document, openBlocks, closedLines } = Object(state) as Partial<Record<keyof KeptState, unknown>>;
  const texts = (value: unknown) =>
    Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  return {
    document: typeof document === 'string' ? document : null,
    openBlocks: texts(openBlocks),
    closedLines: texts(closedLines),
  };
}
