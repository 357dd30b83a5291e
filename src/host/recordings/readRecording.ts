import * as vscode from 'vscode';
import { PlaygroundError } from '../../core/errors';
import { TRACE_LIMITS, type ExcitationTrace } from '../../core/excitation/trace';
import { decodeTrace } from '../../core/excitation/traceFile';

/** Names may take more than a byte a character; the numbers do not. */
const MAX_BYTES = 2 * TRACE_LIMITS.fileCharacters;

/** A recording of any file system. @throws PlaygroundError `data/trace` for what is no recording, or cannot be read */
export async function readRecording(uri: vscode.Uri): Promise<ExcitationTrace> {
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
  let bytes: Uint8Array;
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_BYTES) throw new Error('It is too large for a recording of excitations.');
    bytes = await vscode.workspace.fs.readFile(uri);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PlaygroundError('data/trace', `${name} cannot be read. ${reason}`, { cause });
  }
  return decodeTrace(new TextDecoder().decode(bytes));
}
