import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/**
 * @param {Map<string, Buffer>} members
 * @param {string} name
 */
export function memberOf(members, name) {
  const bytes = members.get(name);
  if (!bytes) throw new Error(`the archive has no ${name}`);
  return bytes;
}

/**
 * @param {Map<string, Buffer>} members
 * @param {string} name
 * @param {number} count
 * @returns {number[]} class indices 0..9
 */
export function labelsOf(members, name, count) {
  const labels = JSON.parse(memberOf(members, name).toString('utf8'));
  if (!Array.isArray(labels) || labels.length !== count)
    throw new Error(`${name} does not hold ${count} labels`);
  return labels;
}

/**
 * @param {string} path a .tgz
 * @returns {Promise<Map<string, Buffer>>} its pictures and label lists, by base name
 */
export async function readArchive(path) {
  const { extract } = await import('tar-stream');
  const entries = extract();
  const gunzip = createGunzip();
  const source = createReadStream(path);
  for (const stream of [source, gunzip])
    stream.on('error', (/** @type {Error} */ error) => entries.destroy(error));
  source.pipe(gunzip).pipe(entries);
  /** @type {Map<string, Buffer>} */
  const members = new Map();
  for await (const entry of entries) {
    const name = entry.header.name.split('/').at(-1) ?? '';
    if (/\.png$|_lables\.json$/.test(name)) {
      /** @type {Buffer[]} */
      const chunks = [];
      for await (const chunk of entry) chunks.push(/** @type {Buffer} */ (chunk));
      members.set(name, Buffer.concat(chunks));
    } else {
      entry.resume();
    }
  }
  return members;
}
