/** What stands for a byte that could not be decoded. Saving writes it in place of the byte. */
import type { TextEdit } from '../../../core/editing/insertTypes';

const UNDECODED = '\uFFFD';

/** Why edits are not to be made where the text could not be decoded: on a line that they touch. Null where all is well. */
export function undecodedPlace(text: string, edits: readonly TextEdit[]): string | null {
  if (!text.includes(UNDECODED)) return null;
  for (const { offset, length, newText } of edits) {
    const from = text.lastIndexOf('\n', offset - 1) + 1;
    const end = text.indexOf('\n', offset + length);
    const touched = text.slice(from, end === -1 ? text.length : end);
    if (touched.includes(UNDECODED) || newText.includes(UNDECODED))
      return 'There are characters here that could not be decoded, so nothing was changed. Reopen the file with its encoding and try again.';
  }
  return null;
}
