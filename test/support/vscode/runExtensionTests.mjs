import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { openWindow } from './openWindow.mjs';
import { startServer } from './startServer.mjs';

/** What the workbench itself writes to the log that the suite's console shares. */
const workbenchNoise = new RegExp(
  [
    '^(Resolving|Resolved) connection token|^Creating a socket|^\\[(reconnection-grace-time|driver|Service Worker)\\]',
    '^\\[(AccountPolicyGate|AgentHost)|^(Updating|Ignoring fetching) additional builtin extensions',
    "^Timed out waiting for authentication provider 'github'|^No search provider registered",
    '^Creation of workbench contribution',
  ].join('|'),
);

/**
 * @typedef {object} TestRunOptions
 * @property {string} extensionDevelopmentPath
 * @property {string} extensionTestsPath module whose `run()` the extension host calls; the desktop's test runner calls the same
 * @property {string} folder the workspace folder
 * @property {Record<string, unknown>} [settings] user settings
 * @property {Record<string, unknown>} [machineSettings] settings of machine scope
 * @property {NodeJS.ProcessEnv} [env] added to the extension host's environment
 * @property {number} [timeoutMs] default: 10 minutes
 * @property {(line: string) => void} [print] gets the extension host's console; default: stdout
 * @property {string} [logFile] keeps the server's log
 */

/**
 * Runs an extension's test suite in the extension host of a real VS Code.
 *
 * @param {TestRunOptions} options
 * @returns {Promise<number>} the suite's exit code: 0 when `run()` resolved
 * @throws Error when VS Code does not start, its page crashes, or the time is over
 */
export async function runExtensionTests(options) {
  const userDataDir = await mkdtemp(join(tmpdir(), 'se-playground-host-'));
  const logFile = options.logFile ? { logFile: options.logFile } : {};
  const server = await startServer({ userDataDir, env: options.env ?? {}, ...logFile });
  /** @type {() => Promise<void>} */
  let closeBrowser = async () => {};
  try {
    return await new Promise((resolve, reject) => {
      const limitMs = options.timeoutMs ?? 600_000;
      const timer = setTimeout(
        () => reject(new Error(`The suite did not end within ${limitMs / 1000} s.`)),
        limitMs,
      );
      const print = options.print ?? ((/** @type {string} */ line) => void process.stdout.write(`${line}\n`));
      let ended = false;
      /** @param {() => void} settle */
      const end = (settle) => {
        clearTimeout(timer);
        ended = true;
        // On a later turn: codeAutomationExit is a call from the page that wants its answer first.
        setTimeout(settle, 0);
      };
      const {
        extensionDevelopmentPath,
        extensionTestsPath,
        folder,
        settings = {},
        machineSettings = {},
      } = options;
      openWindow({
        ...{ server, folder, extensionDevelopmentPath, extensionTestsPath, settings, machineSettings },
        async beforeLoad(page) {
          closeBrowser = async () => page.context().browser()?.close();
          page.on('crash', () => end(() => reject(new Error('The page that shows VS Code crashed.'))));
          await page.exposeFunction(
            'codeAutomationLog',
            (/** @type {string} */ _type, /** @type {unknown[]} */ args) => {
              const line = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
              // After the suite only the workbench speaks, about what it had to cancel.
              if (!ended && !workbenchNoise.test(line)) print(line);
            },
          );
          await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) =>
            end(() => resolve(code)),
          );
        },
        // A short suite ends while the window is still opening: the promise is settled then, and this is ignored.
      }).catch((error) => end(() => reject(error)));
    });
  } finally {
    await closeBrowser();
    await server.stop();
    await rm(userDataDir, { recursive: true, force: true });
  }
}
