import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachePaths } from '../setup/cachePaths.mjs';
import { atEnd } from './ending.mjs';

const template = fileURLToPath(new URL('demo', import.meta.url));

/** A fresh copy of the demo workspace that is gone when the program ends. */
export async function temporaryWorkspace() {
  const folder = await mkdtemp(join(tmpdir(), 'se-playground-demo-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const workspace = join(folder, 'se-playground-demo');
  await cp(template, workspace, { recursive: true });
  return workspace;
}

/** The user's own copy, in the cache; what the user changed there stays. */
export async function lastingWorkspace() {
  const workspace = join(cachePaths().root, 'demo-workspace');
  await cp(template, workspace, { recursive: true, force: false });
  return workspace;
}
