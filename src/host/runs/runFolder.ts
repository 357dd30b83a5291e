/** What a run's folder holds, and the ways in which a whole folder comes and goes. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlaygroundError } from '../../core/errors';
import { jobId, type JobKey } from '../../core/training/runPlan';
import { writeCheckpoint, type Checkpoint } from './checkpointFile';

export interface AdoptedRun {
  /** The event log, whole lines. */
  log: Uint8Array;
  checkpoints: readonly { job: JobKey; checkpoint: Checkpoint }[];
}

export function logPath(folder: string): string {
  return join(folder, 'events.jsonl');
}

export function summaryPath(folder: string): string {
  return join(folder, 'summary.json');
}

export function checkpointPath(folder: string, job: JobKey): string {
  return join(folder, checkpointName(job));
}

export function checkpointName(job: JobKey): string {
  return `${jobId(job)}.ckpt`;
}

/** Its presence says that the run was trained elsewhere. */
function importMark(folder: string): string {
  return join(folder, 'imported');
}

export function isImported(folder: string): Promise<boolean> {
  return exists(importMark(folder));
}

/** Undefined if there is none. */
export async function readLog(folder: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(logPath(folder));
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

/**
 * Puts a run from elsewhere in the folder's place. What was there goes when all of the new is written, and comes back if that fails.
 *
 * @throws PlaygroundError `storage/write-failed`
 */
export async function writeAdopted(folder: string, { log, checkpoints }: AdoptedRun): Promise<void> {
  const coming = `${folder}.importing`;
  try {
    await rm(coming, { recursive: true, force: true });
    await mkdir(coming, { recursive: true });
    await writeFile(logPath(coming), log, { flush: true });
    await writeFile(importMark(coming), '', { flush: true });
    for (const { job, checkpoint } of checkpoints) {
      await writeCheckpoint(checkpointPath(coming, job), checkpoint);
    }
    const before = await setAside(folder);
    try {
      await rename(coming, folder);
    } catch (thrown) {
      if (before !== undefined) await rename(before, folder);
      throw thrown;
    }
    if (before !== undefined) await rm(before, { recursive: true, force: true });
  } catch (thrown) {
    await rm(coming, { recursive: true, force: true });
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const text = `The run could not be stored (${reason}). Free some space, then import it again.`;
    throw new PlaygroundError('storage/write-failed', text, { cause: thrown });
  }
}

export async function removeFolder(folder: string): Promise<void> {
  const before = await setAside(folder);
  if (before !== undefined) await rm(before, { recursive: true, force: true });
}

/** Gives the folder a name that no list takes for a run, so that a removal that is cut short leaves no half run. Undefined if there is none. */
async function setAside(folder: string): Promise<string | undefined> {
  const aside = `${folder}.deleted`;
  await rm(aside, { recursive: true, force: true });
  try {
    await rename(folder, aside);
    return aside;
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (thrown) {
    if (isMissing(thrown)) return false;
    throw thrown;
  }
}

function isMissing(thrown: unknown): boolean {
  return (thrown as NodeJS.ErrnoException).code === 'ENOENT';
}
