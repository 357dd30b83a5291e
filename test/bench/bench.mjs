// `npm run bench [-- OPTIONS]`. Runs in a bare clone: nothing here may import a package before the set-up has installed it.
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { repoRoot } from '../../scripts/setup/cachePaths.mjs';
import { ensure } from '../../scripts/setup/bootstrap.mjs';

await ensure({ dependencies: true, chromium: true });
const { build } = await import('esbuild');
const outfile = join(repoRoot, 'dist', 'bench', 'benchMain.mjs');
await build({
  absWorkingDir: repoRoot,
  entryPoints: ['test/bench/benchMain.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
const { benchMain } = await import(pathToFileURL(outfile).href);
await benchMain(repoRoot, process.argv.slice(2)).catch((/** @type {Error} */ error) => {
  process.stderr.write(`npm run bench failed: ${error.stack ?? error.message}\n`);
  process.exitCode = 1;
});
