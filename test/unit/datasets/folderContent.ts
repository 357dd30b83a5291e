import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { binaryFiles } from './smallSet';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 of each file in the folder, by name. */
export async function folderContent(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const hashes = names.map(async (name) => [name, hashOf(await readFile(join(folder, name)))] as const);
  return Object.fromEntries(await Promise.all(hashes));
}

/** What `folderContent` says of a folder with the small set and nothing else. */
export const goodContent: Record<string, string> = Object.fromEntries(
  Object.entries(binaryFiles).map(([name, bytes]) => [name, hashOf(bytes)]),
);
