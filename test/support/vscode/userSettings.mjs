import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What keeps a driven VS Code quiet: no welcome page, no tips, no background traffic, no chat views,
 * no saving behind one's back.
 *
 * @type {Record<string, unknown>}
 */
const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
  'window.commandCenter': false,
  // As on the desktop; the browser build saves by itself.
  'files.autoSave': 'off',
};

/** The built-in themes by the kind the tests ask for. */
export const themes = /** @type {const} */ ({
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
});

/**
 * Writes the user settings that a window starts with. VS Code reads them once: in the browser it does not watch
 * this file (see `changeSettings`).
 *
 * @param {string} userDataDir as given to `startServer`
 * @param {Record<string, unknown>} settings win over the quiet defaults
 * @param {Record<string, unknown>} machineSettings those of machine scope, which the user's file cannot set
 */
export async function writeUserSettings(userDataDir, settings, machineSettings) {
  await writeSettings(userDataDir, 'User', { ...quiet, ...settings });
  await writeSettings(userDataDir, 'Machine', machineSettings);
}

/**
 * Changes settings of an open window and returns once VS Code has taken them. They go to the machine's settings,
 * which are watched and win over the user's; settings of application scope cannot be changed this way.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} userDataDir
 * @param {Record<string, unknown>} settings all that the machine's settings hold from now on
 */
export async function changeSettings(page, userDataDir, settings) {
  // An invisible tail on the window's title shows that this very version was read.
  const tail = '\u2060'.repeat(1 + (changes++ % 50));
  const title = '${activeEditorShort}${separator}${rootName}' + tail;
  for (let attempt = 1; ; attempt++) {
    await writeSettings(userDataDir, 'Machine', { ...settings, 'window.title': title });
    const expression = `document.title.replace(/[^\\u2060]/g, '').length === ${tail.length}`;
    const taken = page.waitForFunction(expression, undefined, { timeout: 5_000 });
    // A change made before VS Code began to watch goes unnoticed: write it again.
    if (attempt === 6) await taken;
    if (
      await taken.then(
        () => true,
        () => false,
      )
    )
      return;
  }
}

let changes = 0;

/**
 * @param {string} userDataDir
 * @param {'User' | 'Machine'} level
 * @param {Record<string, unknown>} settings
 */
async function writeSettings(userDataDir, level, settings) {
  const folder = join(userDataDir, 'data', level);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}
