import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repoRoot } from '../setup/cachePaths.mjs';

/** @typedef {{ passed: number, failed: number }} Counts */

const resultsFolder = join(repoRoot, 'dist', 'test-results');

/**
 * Runs a vitest project and counts its tests.
 *
 * @param {string} project
 * @param {(resultFile: string) => Promise<number>} run writes vitest's JSON report there; gives the exit code
 * @returns {Promise<Counts>}
 */
export async function vitestCounts(project, run) {
  return countsOf(`${project}.json`, run, (report) => ({
    passed: report['numPassedTests'],
    failed: report['numFailedTests'],
  }));
}

/**
 * Runs the host suite, which writes `{ passed, failed }` itself, and counts its tests.
 *
 * @param {(resultFile: string) => Promise<number>} run gives the exit code
 * @returns {Promise<Counts>}
 */
export async function mochaCounts(run) {
  return countsOf('host.json', run, (report) => ({ passed: report['passed'], failed: report['failed'] }));
}

/**
 * A suite that wrote no result, ran no test, or failed outside of its tests counts as one failure: silence is
 * never green.
 *
 * @param {string} fileName
 * @param {(resultFile: string) => Promise<number>} run
 * @param {(report: Record<string, unknown>) => Record<keyof Counts, unknown>} read
 * @returns {Promise<Counts>}
 */
async function countsOf(fileName, run, read) {
  const resultFile = join(resultsFolder, fileName);
  await mkdir(resultsFolder, { recursive: true });
  await rm(resultFile, { force: true });
  const exitCode = await run(resultFile);
  const report = await readFile(resultFile, 'utf8').then(JSON.parse, () => ({}));
  const counts = read(report);
  const passed = Number(counts.passed ?? 0);
  const failed = Number(counts.failed ?? 0);
  const isRed = exitCode !== 0 || passed + failed === 0;
  return { passed, failed: isRed ? Math.max(1, failed) : failed };
}
