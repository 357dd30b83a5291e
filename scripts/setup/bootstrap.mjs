import process from 'node:process';
import { announce } from './announce.mjs';
import { cachePaths, repoRoot } from './cachePaths.mjs';
import { chromium, findChromium } from './chromium.mjs';
import { cifar10 } from './cifar10.mjs';
import { dependencies } from './dependencies.mjs';
import { quickSubset } from './quickSubset.mjs';
import { runTool } from './runTool.mjs';
import { withSetupLock } from './setupLock.mjs';
import { node24, vscode } from './vscode.mjs';

/**
 * One idempotent step: `make` is only called while `isDone` says no, under the set-up lock.
 *
 * @typedef {object} SetupStep
 * @property {() => Promise<boolean>} isDone cheap enough to ask at every start
 * @property {() => Promise<void>} make
 */

/**
 * @typedef {object} Wanted
 * @property {boolean} [dependencies] node_modules as package-lock.json says
 * @property {boolean} [chromium] a browser for VS Code
 * @property {boolean} [vscode] Node 24 and VS Code's server, in the cache
 * @property {boolean} [cifar10] the real data set in the cache, and the quick subset in media/
 * @property {boolean} [build] dist/, by esbuild.mjs
 */

/**
 * Brings a bare clone to where the wanted things are there. Everything that is there already is left alone.
 *
 * @param {Wanted} wanted
 * @throws Error that says what is missing and what to do
 */
export async function ensure(wanted) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new Error(`Node.js 20 or newer is needed; this is ${process.versions.node}.`);
  // Decoding the data set uses packages from node_modules.
  if (wanted.dependencies || wanted.cifar10 || wanted.build) await ensureStep(dependencies);
  if (wanted.chromium) {
    await ensureStep(chromium);
    // Whoever comes next, tests among them, uses the same browser.
    process.env['SE_PLAYGROUND_CHROMIUM'] = findChromium();
  }
  if (wanted.vscode) {
    await ensureStep(node24);
    await ensureStep(vscode);
  }
  if (wanted.cifar10) {
    await ensureStep(cifar10);
    await ensureStep(quickSubset);
  }
  process.env['SE_PLAYGROUND_CACHE'] = cachePaths().root;
  if (wanted.build) {
    announce('build: node esbuild.mjs');
    await runTool(process.execPath, ['esbuild.mjs'], { cwd: repoRoot, quiet: true });
  }
}

/** @param {SetupStep} step */
async function ensureStep(step) {
  if (await step.isDone()) return;
  await withSetupLock(cachePaths().lock, async () => {
    if (!(await step.isDone())) await step.make();
  });
}
