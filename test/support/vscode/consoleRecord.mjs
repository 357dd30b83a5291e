/**
 * Keeps what a VS Code page, its webviews and their workers write to the console. The arrays grow as it comes.
 *
 * @param {import('playwright-core').Page} page before it is opened
 */
export function recordConsole(page) {
  /** @type {string[]} */
  const consoleLines = [];
  /** @type {string[]} */
  const consoleErrors = [];
  /** @type {string[]} */
  const webviewErrors = [];
  /** @type {string[]} */
  const cspViolations = [];
  page.on('console', (message) => {
    const text = message.text();
    consoleLines.push(text);
    if (message.type() !== 'error') return;
    consoleErrors.push(text);
    if (isOfWebview(message.location().url, text)) webviewErrors.push(text);
    if (/Content Security Policy/i.test(text)) cspViolations.push(text);
  });
  page.on('pageerror', (error) => {
    consoleErrors.push(String(error));
    if (!/workbench\.js/.test(error.stack ?? '')) webviewErrors.push(String(error));
  });
  return { consoleLines, consoleErrors, webviewErrors, cspViolations };
}

/**
 * @param {string} url where the message came from; empty for scripts in a webview's own document
 * @param {string} text
 */
function isOfWebview(url, text) {
  // The workbench has no service worker on this server, and says so without a location.
  if (url === '')
    return !text.startsWith('A bad HTTP response code (404) was received when fetching the script');
  return url.startsWith('blob:') || url.includes('/webview/browser/pre/');
}
