/** What the side view is told of a document's gates, made of what the service found. */
import type * as vscode from 'vscode';
import type { ExcitationTrace } from '../../core/excitation/trace';
import { MAX_SIDE_LINES, type SideBlock, type SideGates, type SideLine } from '../../protocol/sideContract';
import { factsOf } from '../editor/gates/blockFacts';
import type { ShownGates } from '../editor/gates/shownGates';

/** Characters of a line of code that are sent; more would not be seen. */
const MAX_CODE = 300;

type Document = Pick<vscode.TextDocument, 'uri' | 'lineCount' | 'lineAt'>;

/** Undefined where no line makes a block of the trace. */
export function sideGates(
  { trace, lines, source, stale }: ShownGates,
  document: Document,
  revision: number,
): SideGates | undefined {
  const facts = factsOf(trace).blocks;
  const blocks: SideBlock[] = [];
  const means: number[][] = [];
  const indices = new Map<string, number>();
  const indexOf = (id: string): number[] => {
    const known = indices.get(id);
    const found = facts.get(id);
    if (known !== undefined) return [known];
    if (!found) return [];
    const { channels, saturatedLow, saturatedHigh } = found.block;
    const { channelMeans, ...numbers } = found.summary;
    indices.set(id, blocks.length);
    means.push([...channelMeans]);
    return [blocks.push({ id, channels, saturatedLow, saturatedHigh, ...numbers }) - 1];
  };
  const shown = lines.slice(0, MAX_SIDE_LINES).flatMap(({ range, blocks: ids }): SideLine[] => {
    // Of a version that has lost its last lines meanwhile.
    const line = Math.min(range.start.line, document.lineCount - 1);
    const made = ids.flatMap(indexOf);
    const text = document.lineAt(line).text.trim().slice(0, MAX_CODE);
    return made.length > 0 ? [{ line, text, blocks: made }] : [];
  });
  if (shown.length === 0) return undefined;
  return {
    kind: 'gates',
    revision,
    document: document.uri.toString(),
    file: fileName(document.uri),
    lineCount: document.lineCount,
    source: { kind: source.kind, label: source.label, detail: source.detail },
    ...(stale !== undefined && { stale }),
    classNames: [...trace.classNames],
    imagesPerClass: [...trace.imagesPerClass],
    lines: shown,
    blocks,
    channelMeans: Float32Array.from(means.flat()),
  };
}

/** Gates of one block for each class; null if the trace has no such block. Copies: a view of a larger buffer would be sent with all of it. */
export function classGates(
  trace: ExcitationTrace,
  id: string,
): { mean: Float32Array<ArrayBuffer>; deviation: Float32Array<ArrayBuffer> } | null {
  const block = factsOf(trace).blocks.get(id)?.block;
  return block
    ? { mean: Float32Array.from(block.mean), deviation: Float32Array.from(block.deviation) }
    : null;
}

export function fileName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
