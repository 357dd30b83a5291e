import { join } from 'node:path';
import process from 'node:process';
import { announce } from './announce.mjs';
import { canInstallPackages, findOnPath, installPackages, isExecutable } from './runTool.mjs';

/**
 * Finds a Chromium-based browser: `SE_PLAYGROUND_CHROMIUM`, then PATH, then where installers put it.
 *
 * @returns {string | undefined} absolute path of the program
 * @throws Error when SE_PLAYGROUND_CHROMIUM names something that cannot be run
 */
export function findChromium() {
  const chosen = process.env['SE_PLAYGROUND_CHROMIUM'];
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`SE_PLAYGROUND_CHROMIUM is ${chosen}, which is not a program that can be run.`);
  }
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const found = findOnPath(name);
    if (found) return found;
  }
  return installedPlaces().find(isExecutable);
}

function installedPlaces() {
  if (process.platform === 'darwin') {
    return [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ];
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => process.env[name])
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'));
  }
  return [];
}

/** @type {import('./bootstrap.mjs').SetupStep} */
export const chromium = {
  async isDone() {
    return findChromium() !== undefined;
  },
  async make() {
    if (!canInstallPackages()) {
      throw new Error(
        'No Chromium or Chrome was found. Install one (Debian and Ubuntu: "sudo apt-get install chromium"; ' +
          'macOS and Windows: Google Chrome), or name its program in SE_PLAYGROUND_CHROMIUM.',
      );
    }
    announce('chromium: apt-get install chromium');
    await installPackages(['chromium']);
    if (!findChromium()) throw new Error('apt-get installed chromium, yet no chromium is on PATH.');
    announce('chromium: ready');
  },
};
