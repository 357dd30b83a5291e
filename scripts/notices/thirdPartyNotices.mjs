import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { URL, fileURLToPath } from 'node:url';

/**
 * @typedef {object} BundledPackage
 * @property {string} name
 * @property {string} version
 * @property {string} licence as its package.json says, an SPDX expression
 * @property {string} text all of it: licence, copyright, notices
 */

const licences = fileURLToPath(new URL('licences/', import.meta.url));

/**
 * Packages of bundles that come without their licence, and where the text is from: the projects' repositories, for seedrandom its README.
 *
 * @type {Record<string, string>}
 */
const textsKeptHere = {
  '@microsoft/fast-element': 'fast.txt',
  '@microsoft/fast-foundation': 'fast.txt',
  '@microsoft/fast-web-utilities': 'fast.txt',
  '@tensorflow/tfjs-backend-cpu': 'tensorflow.txt',
  '@tensorflow/tfjs-backend-wasm': 'tensorflow.txt',
  '@tensorflow/tfjs-backend-webgl': 'tensorflow.txt',
  '@tensorflow/tfjs-backend-webgpu': 'tensorflow.txt',
  '@tensorflow/tfjs-core': 'tensorflow.txt',
  '@tensorflow/tfjs-layers': 'tensorflow.txt',
  seedrandom: 'seedrandom.txt',
};

/** Their files, by name: LICENSE, LICENCE.md, COPYING, NOTICE, CopyrightNotice.txt, … */
const licenceFile = /^(licen[cs]e|copying|copyright|notices?)/i;

/**
 * The packages that the bundles contain, each version once, sorted.
 *
 * @param {import('esbuild').Metafile[]} metafiles
 * @param {string} root folder that the paths in the metafiles are relative to
 * @returns {Promise<BundledPackage[]>}
 * @throws Error that names the packages whose licence text is nowhere
 */
export async function bundledPackages(metafiles, root) {
  /** @type {Map<string, BundledPackage>} */
  const found = new Map();
  /** @type {string[]} */
  const without = [];
  for (const folder of packageFolders(metafiles)) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const text = await licenceText(join(root, folder), name);
    if (text === '') without.push(folder);
    found.set(`${name} ${version}`, { name, version, licence: String(license ?? 'see below'), text });
  }
  if (without.length > 0) {
    throw new Error(
      `Bundled without a licence text: ${without.join(', ')}. Add it to scripts/notices/licences and to the table in scripts/notices/thirdPartyNotices.mjs.`,
    );
  }
  return [...found.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
}

/**
 * @param {import('esbuild').Metafile[]} metafiles
 * @returns {Set<string>} such as node_modules/a/node_modules/@b/c
 */
function packageFolders(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
        // What was only looked at, and modules that the browser build replaces by nothing ("(disabled):…"), do not ship.
        if (folder && bytesInOutput > 0 && !path.startsWith('(disabled)')) folders.add(folder);
      }
    }
  }
  return folders;
}

/**
 * @param {string} folder
 * @param {string} name of the package
 * @returns {Promise<string>} empty if there is none
 */
async function licenceText(folder, name) {
  const own = (await readdir(folder)).filter((file) => licenceFile.test(file)).sort();
  const kept = Object.hasOwn(textsKeptHere, name) ? textsKeptHere[name] : undefined;
  const paths = own.length > 0 || !kept ? own.map((file) => join(folder, file)) : [join(licences, kept)];
  const texts = await Promise.all(paths.map(async (path) => (await readFile(path, 'utf8')).trim()));
  return texts.filter((text) => text !== '').join('\n\n');
}

/**
 * The file that ships beside the bundles.
 *
 * @param {BundledPackage[]} packages
 * @returns {Promise<string>}
 */
export async function noticesText(packages) {
  const native = (await readFile(join(licences, 'wasmBinary.txt'), 'utf8')).trim();
  const sections = packages.map(
    ({ name, version, licence, text }) =>
      `${name} ${version} (${licence})\n\n${text.replaceAll('\r\n', '\n')}`,
  );
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const opening =
    'SE Playground contains the following software of others. Each is used under its own licence.';
  return `${[opening, ...sections, native].join(rule)}\n`;
}
