import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { clearInterval, setInterval } from 'node:timers';
import { announce } from './announce.mjs';

const heartbeatMs = 5_000;
/** A holder refreshes the file every `heartbeatMs`; much older than that, it was killed on another machine. */
const staleAfterMs = 120_000;
const pollMs = 500;

/**
 * Runs `work` while holding a lock file, so that two set-ups never install into one folder at once. A lock
 * whose holder is gone is taken over.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(path, work) {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await tryAcquire(path))) {
    if (await isStale(path)) {
      await takeAway(path);
      continue;
    }
    if (!told) announce(`waiting: another set-up holds ${path}`);
    told = true;
    await sleep(pollMs);
  }
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

/** @param {string} path */
async function tryAcquire(path) {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await file.close();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} path */
async function isStale(path) {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > staleAfterMs) return true;
    const holder = JSON.parse(await readFile(path, 'utf8'));
    return holder.host === hostname() && !isAlive(holder.pid);
  } catch {
    // Gone, or not yet written: not stale; the next round sees.
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Renaming decides between two that both saw a stale lock: only one of them gets it.
 *
 * @param {string} path
 */
async function takeAway(path) {
  const aside = `${path}.stale-${process.pid}`;
  try {
    await rename(path, aside);
    await rm(aside, { force: true });
  } catch {
    // The other one was faster.
  }
}
