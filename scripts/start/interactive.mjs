import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { repoRoot } from '../setup/cachePaths.mjs';
import { ensure } from '../setup/bootstrap.mjs';
import { findOnPath } from '../setup/runTool.mjs';
import { lastingWorkspace } from './demoWorkspace.mjs';
import { atEnd } from './ending.mjs';

/** Whether somebody can look at a window of this machine. */
export function hasDisplay() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/**
 * Opens the demo workspace with this extension: in the user's own VS Code where `code` is on PATH, otherwise in
 * the user's browser, where it lasts until Ctrl-C.
 */
export async function openForUser() {
  const code = findOnPath('code');
  await ensure({ dependencies: true, cifar10: true, vscode: !code, build: true });
  const workspace = await lastingWorkspace();
  if (code) {
    launch(code, [`--extensionDevelopmentPath=${repoRoot}`, workspace]);
    say(
      'VS Code opens with SE Playground. Run "SE Playground: Quick CIFAR Training" from its command palette.',
    );
    return;
  }
  // Only now: the set-up must have run before a module that needs packages is loaded.
  const { startServer } = await import('../../test/support/vscode/startServer.mjs');
  const { workbenchUrl } = await import('../../test/support/vscode/workbenchUrl.mjs');
  const userDataDir = await mkdtemp(join(tmpdir(), 'se-playground-vscode-'));
  atEnd(() => rm(userDataDir, { recursive: true, force: true }));
  const server = await startServer({ userDataDir });
  atEnd(server.stop);
  const url = workbenchUrl({ server, folder: workspace, extensionDevelopmentPath: repoRoot });
  say(
    `VS Code with SE Playground is at\n\n  ${url}\n\nRun "SE Playground: Quick CIFAR Training" from its command palette (F1).`,
  );
  say('Ctrl-C ends it.');
  openInBrowser(url);
  await server.ended;
}

/** @param {string} url */
function openInBrowser(url) {
  if (process.platform === 'darwin') launch('open', [url]);
  else if (process.platform === 'win32') launch('explorer', [url]);
  else launch('xdg-open', [url]);
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function launch(program, args) {
  const child = spawn(program, args, { stdio: 'ignore', detached: true, shell: program.endsWith('.cmd') });
  // The address was printed: the user can open it by hand.
  child.on('error', () => {});
  child.unref();
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}
