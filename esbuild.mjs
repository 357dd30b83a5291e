// The one build: host, page, worker, third-party notices, JSON schema, host test suite. `node esbuild.mjs [--dev] [--tests]`.
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as esbuild from 'esbuild';
import { bundledPackages, noticesText } from './scripts/notices/thirdPartyNotices.mjs';

const root = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const dev = process.argv.includes('--dev');
const withTests = process.argv.includes('--tests');

/** Kilobytes a bundle may have; the host is read at every activation, the others when the panel opens. */
const BUDGET_KB = { 'dist/host/extension.js': 300 };

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  target: 'es2022',
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
};

/** @type {esbuild.BuildOptions} */
const nodeSide = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  // jsonc-parser's `main` is UMD, whose inner requires no bundler can follow.
  mainFields: ['module', 'main'],
};
/** @type {esbuild.BuildOptions} */
const browserSide = {
  ...common,
  platform: 'browser',
  format: 'iife',
  define: { 'process.env.NODE_ENV': '"production"' },
};

/** What ships. @type {esbuild.BuildOptions[]} */
const bundles = [
  {
    ...nodeSide,
    // VS Code 1.100 and newer load ES modules, which lets esbuild keep parsers and importers in chunks that activation does not read.
    format: 'esm',
    splitting: true,
    entryPoints: ['src/extension.ts'],
    outdir: 'dist/host',
    // Dependencies written as CommonJS call require for node's own modules.
    banner: {
      js: "import { createRequire as seCreateRequire } from 'node:module'; const require = seCreateRequire(import.meta.url);",
    },
  },
  { ...browserSide, entryPoints: ['webview/ui/page.ts'], outfile: 'dist/webview/page.js' },
  { ...browserSide, entryPoints: ['webview/ui/page.css'], outfile: 'dist/webview/page.css' },
  // The view beside the code is a page of its own, without what trains and its controls.
  { ...browserSide, entryPoints: ['webview/ui/side/side.ts'], outfile: 'dist/webview/side.js' },
  { ...browserSide, entryPoints: ['webview/ui/side/side.css'], outfile: 'dist/webview/side.css' },
  // One classic file: a webview worker can only start from a blob (see ARCHITECTURE.md).
  { ...browserSide, entryPoints: ['webview/engine/worker.ts'], outfile: 'dist/webview/worker.js' },
];
/** @type {esbuild.BuildOptions} */
const hostSuite = {
  ...nodeSide,
  minify: false,
  sourcemap: 'inline',
  entryPoints: ['test/host/index.ts'],
  outfile: 'dist/test/host/index.cjs',
  external: ['vscode', 'mocha'],
};

/** Turns the valibot schema of a definition into the JSON schema that the manifest contributes. */
async function writeJsonSchema() {
  const built = await esbuild.build({
    ...common,
    sourcemap: false,
    entryPoints: ['src/core/model/modelSpec.ts'],
    format: 'esm',
    platform: 'node',
    write: false,
  });
  const code = built.outputFiles?.[0]?.text ?? '';
  const module = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  const schema = toJsonSchema(module.modelSpecSchema, { typeMode: 'input', errorMode: 'ignore' });
  const target = path.join(root, 'media/senet.schema.json');
  const text = `${JSON.stringify({ title: 'SE Playground model definition', ...schema }, null, 2)}\n`;
  const old = await readFile(target, 'utf8').catch(() => '');
  if (old !== text) await writeFile(target, text);
}

/** Builds what ships, and writes down whose software is in it. */
async function buildBundles() {
  const results = await Promise.all(bundles.map((options) => esbuild.build(options)));
  const packages = await bundledPackages(
    results.flatMap(({ metafile }) => metafile ?? []),
    root,
  );
  await writeFile(path.join(root, 'dist/THIRD-PARTY-NOTICES.txt'), await noticesText(packages));
}

async function copyWasm() {
  const source = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');
  await mkdir(path.join(root, 'dist/webview'), { recursive: true });
  await copyFile(source, path.join(root, 'dist/webview/tfjs-backend-wasm-simd.wasm'));
}

async function reportSizes() {
  for (const bundle of withTests ? [...bundles, hostSuite] : bundles) {
    const outfile = bundle.outfile ?? 'dist/host/extension.js';
    const kilobytes = (await stat(path.join(root, outfile))).size / 1000;
    console.log(`${outfile.padEnd(32)} ${kilobytes.toFixed(0).padStart(6)} kB`);
    const budget = Object.entries(BUDGET_KB).find(([name]) => name === outfile)?.[1];
    if (budget !== undefined && !dev && kilobytes > budget) {
      throw new Error(`${outfile} has ${kilobytes.toFixed(0)} kB; its budget is ${budget} kB.`);
    }
  }
}

// Chunk names carry hashes: old ones would be packaged too.
await rm(path.join(root, 'dist/host'), { recursive: true, force: true });
await Promise.all([
  buildBundles(),
  ...(withTests ? [esbuild.build(hostSuite)] : []),
  writeJsonSchema(),
  copyWasm(),
]);
await reportSizes();
