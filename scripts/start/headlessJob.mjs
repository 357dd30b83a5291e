import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensure } from '../setup/bootstrap.mjs';
import { cachePaths, repoRoot } from '../setup/cachePaths.mjs';
import { temporaryWorkspace } from './demoWorkspace.mjs';
import { atEnd, undoAll } from './ending.mjs';
import { followLines } from './followLines.mjs';
import { finalTable, jsonResult, runPrinter } from './runLines.mjs';
import { screenshotResults } from './screenshotResults.mjs';

/** @typedef {import('../../test/support/vscode/openWindow.mjs').VsCodeWindow} VsCodeWindow */

const quickCifarCommand = 'SE Playground: Quick CIFAR Training';
const output = join(repoRoot, 'demo-output');
const pollMs = 200;
/** How long the extension may take to announce the run, the verification of the full set included. */
const startMs = 2 * 60_000;
/** Afterwards, steps report every few seconds even on the slowest machine. */
const silenceMs = 10 * 60_000;

/**
 * Trains "Quick CIFAR Training" to its end in a real VS Code without a window, and writes demo-output/.
 *
 * @param {import('./startOptions.mjs').StartOptions} options
 * @returns {Promise<number>} exit code: 0 when the run completed
 */
export async function runHeadless({ job, json }) {
  const print = (/** @type {string} */ text) =>
    void (json ? process.stderr : process.stdout).write(`${text}\n`);
  await ensure({ dependencies: true, chromium: true, vscode: true, cifar10: true, build: true });
  await clearOutput();
  const startedAt = Date.now();
  const { window, server } = await openVsCode(job);
  await window.runCommand(quickCifarCommand);
  const outcome = await followRun(window, server, print);
  const report = await readJson(join(output, 'run.json'));
  if (report) await screenshotResults(window, print);
  await undoAll();
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  if (report) print(`\n${finalTable(report)}`);
  if (outcome.exitCode !== 0) print(`\nThe run did not complete: ${outcome.message}`);
  print(`\nAfter ${seconds} s; run.json, report.html and screenshots are in ${output}`);
  if (json) {
    const result = report ? jsonResult(report) : { status: 'failed' };
    const message = outcome.exitCode === 0 ? {} : { message: outcome.message };
    process.stdout.write(`${JSON.stringify({ ...result, ...message, seconds, output })}\n`);
  }
  return outcome.exitCode;
}

/** Removes what an earlier job left: it would be taken for this one's. */
async function clearOutput() {
  await mkdir(output, { recursive: true });
  for (const name of await readdir(output)) {
    if (/\.(png|json|jsonl|html|log)$/.test(name)) await rm(join(output, name));
  }
}

/** @param {import('./startOptions.mjs').JobOptions} job */
async function openVsCode(job) {
  // Only now: they need packages, which a bare clone gets from the set-up.
  const { startServer } = await import('../../test/support/vscode/startServer.mjs');
  const { openWindow } = await import('../../test/support/vscode/openWindow.mjs');
  const folder = await temporaryWorkspace();
  const userDataDir = await mkdtemp(join(tmpdir(), 'se-playground-vscode-'));
  atEnd(() => rm(userDataDir, { recursive: true, force: true }));
  const server = await startServer({
    userDataDir,
    logFile: join(output, 'vscode.log'),
    env: { SE_PLAYGROUND_AUTORUN: JSON.stringify({ ...job, output }) },
  });
  atEnd(server.stop);
  const window = await openWindow({
    ...{ server, folder, extensionDevelopmentPath: repoRoot, screenshotFolder: output },
    // A recipe may ask for the full set; verifying it takes a moment, so the quick job does without.
    machineSettings:
      job.dataset === 'full' || (job.model && !job.dataset)
        ? { 'sePlayground.datasetFolder': cachePaths().cifarBinary }
        : {},
  });
  atEnd(window.close);
  return { window, server };
}

/**
 * Prints the run's events as they come, until the extension writes down how it ended.
 *
 * @param {VsCodeWindow} window
 * @param {import('../../test/support/vscode/startServer.mjs').VsCodeServer} server
 * @param {(text: string) => void} print
 * @returns {Promise<{ exitCode: number, message: string }>}
 */
async function followRun(window, server, print) {
  const newLines = followLines(join(output, 'events.jsonl'));
  const lineOf = runPrinter();
  let broken = '';
  window.page.on('crash', () => (broken = 'the page that shows VS Code crashed'));
  window.browser.on('disconnected', () => (broken = 'the browser ended'));
  void server.ended.then(() => (broken = "VS Code's server ended"));
  let heardAt = Date.now();
  let heard = false;
  let pictured = false;
  for (;;) {
    const outcome = existsSync(join(output, 'done.json'))
      ? await readJson(join(output, 'done.json'))
      : undefined;
    for (const line of await newLines()) {
      heardAt = Date.now();
      heard = true;
      const event = JSON.parse(line);
      const text = lineOf(event);
      if (text !== undefined) print(text);
      if (event.kind === 'epoch' && !pictured && !outcome) {
        pictured = true;
        await window.screenshot('panel-training');
      }
    }
    if (outcome) return outcome;
    if (broken !== '') throw new Error(`${broken}; see ${join(output, 'vscode.log')}.`);
    if (Date.now() - heardAt > (heard ? silenceMs : startMs)) {
      await window.screenshot('panel-silent');
      const shown = (await window.messages()).join('\n') || 'VS Code shows no message';
      throw new Error(
        `Nothing was heard of the run for ${(heard ? silenceMs : startMs) / 60_000} minutes. ${shown}`,
      );
    }
    await sleep(pollMs);
  }
}

/** @param {string} path */
async function readJson(path) {
  return readFile(path, 'utf8').then(JSON.parse, () => undefined);
}
