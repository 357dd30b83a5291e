import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/**
 * Reads a growing file of lines. Each call gives the complete lines that came since the last one; a line that is
 * only half written waits for its end.
 *
 * @param {string} path need not exist yet
 * @returns {() => Promise<string[]>}
 */
export function followLines(path) {
  const decoder = new StringDecoder('utf8');
  let position = 0;
  let rest = '';
  return async () => {
    const file = await open(path).catch(() => undefined);
    if (!file) return [];
    try {
      const { size } = await file.stat();
      const chunk = Buffer.alloc(Math.max(0, size - position));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
      position += bytesRead;
      const lines = (rest + decoder.write(chunk.subarray(0, bytesRead))).split('\n');
      rest = lines.pop() ?? '';
      return lines;
    } finally {
      await file.close();
    }
  };
}
