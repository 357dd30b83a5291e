import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, URL } from 'node:url';
import { cachePaths } from '../../../scripts/setup/cachePaths.mjs';
import { findNode24 } from '../../../scripts/setup/vscode.mjs';

const guardian = fileURLToPath(new URL('guardian.mjs', import.meta.url));
const startTimeoutMs = 60_000;

/**
 * @typedef {object} ServerOptions
 * @property {string} userDataDir the server's data folder: settings, logs, storage; made when missing
 * @property {string} [extensionsDir] folder of installed extensions (see `installVsix`); default: an empty one in userDataDir
 * @property {number} [port] default: a free one
 * @property {NodeJS.ProcessEnv} [env] added to the environment of the server, and so of the extension host
 * @property {string} [logFile] default: `<userDataDir>/server.log`
 */

/**
 * A running VS Code server.
 *
 * @typedef {object} VsCodeServer
 * @property {string} url such as http://127.0.0.1:8123
 * @property {number} port
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {string} logFile all that the server wrote
 * @property {Promise<void>} ended resolves when the server has ended, for whatever reason
 * @property {() => Promise<void>} stop ends it and every process it started; may be called again
 */

/**
 * Starts the inner server of code-server (the one that knows development windows and extension tests) and
 * waits until it answers. It ends with `stop()` or with this process, whichever comes first.
 *
 * @param {ServerOptions} options
 * @returns {Promise<VsCodeServer>}
 * @throws Error with the end of the log when it does not come up
 */
export async function startServer(options) {
  const { userDataDir, extensionsDir = join(userDataDir, 'extensions') } = options;
  const logFile = options.logFile ?? join(userDataDir, 'server.log');
  for (const folder of [userDataDir, extensionsDir, dirname(logFile)]) mkdirSync(folder, { recursive: true });
  const port = options.port ?? (await freePort());
  const log = openSync(logFile, 'a');
  const args = [
    ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
    ...['--accept-server-license-terms', '--enable-smoke-test-driver', '--disable-workspace-trust'],
    ...['--server-data-dir', userDataDir, '--extensions-dir', extensionsDir, '--telemetry-level', 'off'],
  ];
  const { node, serverMain } = vscodeProgram();
  const child = spawn(process.execPath, [guardian, node, serverMain, ...args], {
    stdio: ['pipe', log, log],
    // Without a gallery VS Code does not try to reach the network for updates and recommendations.
    env: { ...process.env, EXTENSIONS_GALLERY: '{}', ...options.env },
  });
  closeSync(log);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.on('close', () => resolve()));
  const stop = async () => {
    child.stdin?.end();
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`VS Code's server did not start:\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
    }
    await sleep(100);
  }
  return { url, port, userDataDir, extensionsDir, logFile, ended, stop };
}

/**
 * @returns {{ node: string, serverMain: string }} the Node 24 and the server script of the cache
 * @throws Error when the set-up has not run
 */
export function vscodeProgram() {
  const node = findNode24();
  if (!node) throw new Error('VS Code is not set up: run "npm start" or "npm test" once, they fetch it.');
  return { node: node.program, serverMain: cachePaths().vscodeServerMain };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * @param {string} url
 * @returns {Promise<boolean>}
 */
function answers(url) {
  return new Promise((resolve) => {
    const request = get(`${url}/version`, { timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });
}
