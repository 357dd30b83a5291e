// `npm run test:electron`: the host suite in a desktop VS Code, which @vscode/test-electron downloads. `npm test` runs the same
// suite in the browser build of VS Code and needs no such download.
import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
execFileSync(process.execPath, ['esbuild.mjs', '--tests'], { cwd: root, stdio: 'inherit' });
const workspace = await mkdtemp(path.join(os.tmpdir(), 'se-playground-'));
await runTests({
  version: process.env['SE_PLAYGROUND_VSCODE'] ?? '1.100.0',
  extensionDevelopmentPath: root,
  extensionTestsPath: path.join(root, 'dist/test/host/index.cjs'),
  launchArgs: [workspace, '--disable-extensions', '--skip-welcome'],
});
