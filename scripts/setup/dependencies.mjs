import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { announce } from './announce.mjs';
import { repoRoot } from './cachePaths.mjs';
import { runTool } from './runTool.mjs';

const modules = join(repoRoot, 'node_modules');
/** Holds the hash of the package-lock.json that node_modules was last found to follow. */
const stampPath = join(modules, '.se-setup-stamp');
const lockPath = join(repoRoot, 'package-lock.json');

/** @type {import('./bootstrap.mjs').SetupStep} */
export const dependencies = {
  async isDone() {
    const hash = await lockHash();
    const stamp = await readFile(stampPath, 'utf8').catch(() => undefined);
    if (stamp === hash) return true;
    // A developer's own "npm install" counts.
    if (!(await installedFollowsLock())) return false;
    await writeFile(stampPath, hash);
    return true;
  },
  async make() {
    announce('dependencies: npm ci');
    const hash = await lockHash();
    await runTool('npm', ['ci', '--no-audit', '--no-fund'], { cwd: repoRoot });
    await writeFile(stampPath, hash);
    announce('dependencies: ready');
  },
};

async function lockHash() {
  return createHash('sha256')
    .update(await readFile(lockPath))
    .digest('hex');
}

/** Whether npm's own record of what it installed names the versions of package-lock.json, all of them. */
async function installedFollowsLock() {
  const recordPath = join(modules, '.package-lock.json');
  const record = await readFile(recordPath, 'utf8').then(JSON.parse, () => undefined);
  if (!record) return false;
  /** @type {{ packages: Record<string, { version: string, integrity?: string, optional?: boolean }> }} */
  const lock = JSON.parse(await readFile(lockPath, 'utf8'));
  return Object.entries(lock.packages).every(([path, wanted]) => {
    const installed = record.packages[path];
    if (path === '') return true;
    // Packages for other platforms are optional, and absent here.
    if (!installed) return wanted.optional === true;
    return installed.version === wanted.version && installed.integrity === wanted.integrity;
  });
}
