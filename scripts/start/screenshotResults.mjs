/** @type {Array<['dark' | 'light' | 'highContrast', string]>} theme and how it is called in file names */
const themes = [
  ['dark', 'dark'],
  ['light', 'light'],
  ['highContrast', 'high-contrast'],
];

/**
 * Pictures of the finished run and of its heatmap in every kind of theme. They show the result and are not the
 * result: a picture that cannot be taken is reported and does not fail the job.
 *
 * @param {import('../../test/support/vscode/openWindow.mjs').VsCodeWindow} window
 * @param {(text: string) => void} print
 */
export async function screenshotResults(window, print) {
  try {
    for (const view of ['panel', 'heatmap']) {
      if (view === 'heatmap') await window.runCommand('SE Playground: Show Excitation Heatmap');
      for (const [theme, name] of themes) {
        await window.setColorTheme(theme);
        await window.screenshot(`${view}-${name}`);
      }
    }
  } catch (error) {
    print(`A screenshot is missing: ${/** @type {Error} */ (error).message}`);
  }
}
