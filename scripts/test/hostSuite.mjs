import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoRoot } from '../setup/cachePaths.mjs';
import { mochaCounts } from './testCounts.mjs';

/** Runs the extension-host suite in the real VS Code, in an empty workspace. */
export function runHostSuite() {
  return mochaCounts(async () => {
    // Only now: it needs packages, which a bare clone gets from the set-up.
    const { runExtensionTests } = await import('../../test/support/vscode/runExtensionTests.mjs');
    const folder = await mkdtemp(join(tmpdir(), 'se-playground-workspace-'));
    try {
      return await runExtensionTests({
        extensionDevelopmentPath: repoRoot,
        extensionTestsPath: join(repoRoot, 'dist', 'test', 'host', 'index.cjs'),
        folder,
        logFile: join(repoRoot, 'dist', 'test-results', 'host-vscode.log'),
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
