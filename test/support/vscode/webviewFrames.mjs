import { setTimeout as sleep } from 'node:timers/promises';
import { URL } from 'node:url';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Frame} Frame
 */

/**
 * What picks a webview; all that is given must hold.
 *
 * @typedef {object} WebviewQuery
 * @property {string} [title] of the panel or view, exactly
 * @property {string} [extensionId] publisher.name
 * @property {string} [selector] CSS selector of something its document must contain
 * @property {(frame: Frame) => boolean | Promise<boolean>} [where]
 * @property {number} [timeoutMs] default 20,000
 */

/**
 * Waits for a webview and returns the frame that holds the extension's own document (VS Code puts it two
 * frames deep). The frame is replaced whenever the extension sets `webview.html`: ask again then.
 *
 * @param {Page} page
 * @param {string | WebviewQuery} query a string is a title
 * @returns {Promise<Frame>}
 * @throws Error that lists the webviews that are there
 */
export async function findWebviewFrame(page, query) {
  const wanted = typeof query === 'string' ? { title: query } : query;
  const deadline = Date.now() + (wanted.timeoutMs ?? 20_000);
  for (;;) {
    /** @type {string[]} */
    const seen = [];
    for (const frame of page.frames()) {
      const title = await matches(frame, wanted, seen).catch(() => false);
      if (title) return frame;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `No webview matches ${JSON.stringify(wanted)}. There are: ${seen.join(', ') || 'none'}`,
      );
    }
    await sleep(100);
  }
}

/**
 * @param {Frame} frame
 * @param {WebviewQuery} wanted
 * @param {string[]} seen gets a description of each webview
 */
async function matches(frame, wanted, seen) {
  const outer = frame.parentFrame();
  if (!outer || !outer.url().includes('extensionId=')) return false;
  const element = await frame.frameElement();
  // While a new document loads, its frame is called pending-frame and the old one is still active.
  if ((await element.getAttribute('id')) !== 'active-frame') return false;
  const extensionId = new URL(outer.url()).searchParams.get('extensionId') ?? '';
  const title = (await element.getAttribute('title')) ?? '';
  seen.push(`"${title}" of ${extensionId}`);
  if (wanted.title !== undefined && wanted.title !== title) return false;
  if (wanted.extensionId !== undefined && wanted.extensionId.toLowerCase() !== extensionId.toLowerCase())
    return false;
  if (wanted.selector !== undefined && (await frame.locator(wanted.selector).count()) === 0) return false;
  return wanted.where === undefined || (await wanted.where(frame));
}
