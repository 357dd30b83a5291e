import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../scripts/setup/chromium.mjs';
import { runCommand } from './commandPalette.mjs';
import { recordConsole } from './consoleRecord.mjs';
import { changeSettings, themes, writeUserSettings } from './userSettings.mjs';
import { findWebviewFrame } from './webviewFrames.mjs';
import { workbenchUrl } from './workbenchUrl.mjs';

const chromiumArgs = [
  ...['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...[
    '--disable-component-update',
    '--disable-sync',
    '--enable-unsafe-swiftshader',
    '--use-angle=swiftshader',
  ],
  // WebGL stays as it is; the page itself is painted without the emulated GPU, which otherwise takes half a core
  // from the training as soon as anything on the page moves.
  ...['--disable-gpu-compositing', '--disable-gpu-rasterization'],
];

/** Seconds where the machine is idle, a minute where others work on it. */
const loadTimeoutMs = 180_000;

/**
 * @typedef {object} WindowOptions
 * @property {import('./startServer.mjs').VsCodeServer} server
 * @property {string} folder the workspace folder
 * @property {string} [extensionDevelopmentPath] folder of an extension to load unpackaged
 * @property {string} [extensionTestsPath] module whose `run()` the extension host calls
 * @property {keyof typeof themes} [colorTheme] default: dark
 * @property {{ width: number, height: number }} [viewport] default: 1400 x 900
 * @property {Record<string, unknown>} [settings] user settings
 * @property {Record<string, unknown>} [machineSettings] settings of machine scope, such as sePlayground.datasetFolder
 * @property {string} [screenshotFolder] where `screenshot` writes; default: test-output/screenshots
 * @property {boolean} [headless] default: true
 * @property {(page: import('playwright-core').Page) => Promise<void>} [beforeLoad] called before the page is opened
 */

/**
 * A VS Code window in Chromium.
 *
 * @typedef {object} VsCodeWindow
 * @property {import('playwright-core').Browser} browser
 * @property {import('playwright-core').Page} page
 * @property {string[]} consoleLines everything that the page, its webviews and their workers wrote to the console
 * @property {string[]} consoleErrors the errors among them; VS Code itself writes some
 * @property {string[]} webviewErrors the errors of webviews and their workers, uncaught ones included
 * @property {string[]} cspViolations the errors that report a Content Security Policy
 * @property {(title: string) => Promise<void>} runCommand through the palette, see commandPalette.mjs
 * @property {(query: string | import('./webviewFrames.mjs').WebviewQuery) => Promise<import('playwright-core').Frame>} webviewFrame see webviewFrames.mjs
 * @property {() => Promise<string[]>} messages texts of the dialogs and notifications that are showing
 * @property {(name: string) => Promise<string>} screenshot writes <screenshotFolder>/<name>.png and returns its path
 * @property {(settings: Record<string, unknown>) => Promise<void>} applySettings of window or narrower scope; returns once VS Code has taken them
 * @property {(theme: keyof typeof themes) => Promise<void>} setColorTheme returns once the workbench wears it
 * @property {() => Promise<void>} close
 */

/**
 * Opens VS Code's workbench in a fresh Chromium profile and waits until it is restored.
 *
 * @param {WindowOptions} options
 * @returns {Promise<VsCodeWindow>}
 */
export async function openWindow(options) {
  const { server, screenshotFolder = resolve('test-output', 'screenshots') } = options;
  const { machineSettings = {} } = options;
  const settings = { ...options.settings, 'workbench.colorTheme': themes[options.colorTheme ?? 'dark'] };
  await writeUserSettings(server.userDataDir, settings, machineSettings);
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error('No Chromium was found: run "npm start" or "npm test" once, they say what to do.');
  const browser = await chromium.launch({
    executablePath,
    args: chromiumArgs,
    headless: options.headless ?? true,
    // Whoever uses this decides what Ctrl-C does; the browser ends with the process in any case.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
  });
  try {
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    const consoleRecord = recordConsole(page);
    await options.beforeLoad?.(page);
    await page.goto(workbenchUrl(options), { waitUntil: 'commit', timeout: loadTimeoutMs });
    await page.waitForFunction('window.driver !== undefined', undefined, { timeout: loadTimeoutMs });
    await page.evaluate('window.driver.whenWorkbenchRestored()');
    /** @type {Record<string, unknown>} */
    let live = machineSettings;
    /** @param {Record<string, unknown>} changed */
    const applySettings = async (changed) => {
      live = { ...live, ...changed };
      await changeSettings(page, server.userDataDir, live);
    };
    return {
      browser,
      page,
      ...consoleRecord,
      runCommand: (title) => runCommand(page, title),
      webviewFrame: (query) => findWebviewFrame(page, query),
      messages: () =>
        page.locator('.monaco-dialog-box .dialog-message-container, .notification-toast').allInnerTexts(),
      async screenshot(name) {
        const path = resolve(screenshotFolder, `${name}.png`);
        mkdirSync(dirname(path), { recursive: true });
        await page.screenshot({ path });
        return path;
      },
      applySettings,
      async setColorTheme(theme) {
        await applySettings({ 'workbench.colorTheme': themes[theme] });
        await page.locator(`.monaco-workbench.${themeClasses[theme]}`).waitFor({ timeout: 20_000 });
      },
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** The class that VS Code puts on its workbench for each kind of theme. */
const themeClasses = {
  light: 'vs',
  dark: 'vs-dark',
  highContrast: 'hc-black',
  highContrastLight: 'hc-light',
};
