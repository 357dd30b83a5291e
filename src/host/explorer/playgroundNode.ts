import type { ModelEntry } from '../../protocol/hostUiContract';
import type { RunSummary } from '../runs/runSummary';

/** An element of the tree view; context menu commands get one as their argument. */
export type PlaygroundNode =
  | { kind: 'group'; group: 'definitions' | 'runs' }
  | { kind: 'definition'; entry: ModelEntry }
  | { kind: 'run'; run: RunSummary };

export function isPlaygroundNode(value: unknown): value is PlaygroundNode {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  return value.kind === 'group' || value.kind === 'definition' || value.kind === 'run';
}
