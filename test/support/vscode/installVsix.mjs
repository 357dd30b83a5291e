import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vscodeProgram } from './startServer.mjs';

/**
 * Installs a packaged extension as a user's VS Code would (manifest checks included), without the network.
 *
 * @param {string} vsixPath
 * @param {string} extensionsDir given to `startServer` afterwards; made when missing
 * @returns {Promise<string>} the folder it was unpacked to
 * @throws Error with what VS Code said when it refuses
 */
export async function installVsix(vsixPath, extensionsDir) {
  await mkdir(extensionsDir, { recursive: true });
  const startedAt = Date.now();
  const dataDir = await mkdtemp(join(tmpdir(), 'se-playground-install-'));
  const { node, serverMain } = vscodeProgram();
  const args = ['--install-extension', vsixPath, '--force', '--extensions-dir', extensionsDir];
  let said = '';
  try {
    const { stdout, stderr } = await promisify(execFile)(node, [
      serverMain,
      ...args,
      '--server-data-dir',
      dataDir,
    ]);
    said = stdout + stderr;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
  const installed = await readFile(join(extensionsDir, 'extensions.json'), 'utf8').then(JSON.parse, () => []);
  // The server exits with 0 when it refuses a package, so what it wrote down decides.
  for (const { relativeLocation, metadata } of installed) {
    if (metadata?.installedTimestamp >= startedAt) return join(extensionsDir, relativeLocation);
  }
  throw new Error(`${vsixPath} was not installed: ${said}`);
}
