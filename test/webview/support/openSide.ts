import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page, Route } from 'playwright-core';
import { panelHtml } from '../../../src/host/panel/panelHtml';
import type { EditorPlace } from '../../../src/protocol/sideContract';
import { FakeSideHost } from './fakeSideHost';
import { PAGE_URL, RESOURCE_ORIGIN } from './resources';
import { FOUR_STAGES, sideSample, type SideSample } from './sideSample';
import { themeNamed, type Theme } from './themes';
import { prepareWebview, wearTheme } from './prepareWebview';

const BUILT = path.resolve(import.meta.dirname, '../../../dist/webview');

export interface SideOptions {
  theme?: Theme['name'];
  width?: number;
  height?: number;
  sample?: SideSample;
  place?: EditorPlace;
}

export interface OpenSide {
  page: Page;
  host: FakeSideHost;
  /** Directives violated so far, uncaught errors of the page, and console errors. */
  complaints: string[];
  setTheme(name: Theme['name']): Promise<void>;
  close(): Promise<void>;
}

/** Opens the built page of the side view in the host's own document, under its own policy, with a fake host. */
export async function openSide(browser: Browser, options: SideOptions = {}): Promise<OpenSide> {
  const { width = 620, height = 800, sample = sideSample(FOUR_STAGES), place = null } = options;
  const theme = themeNamed(options.theme ?? 'dark');
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  const host = new FakeSideHost(page, sample, place);
  await page.exposeFunction('receiveFromPage', (message: unknown) => host.receive(message));
  await page.exposeFunction('keepState', (state: unknown) => void (host.kept = state));
  await page.exposeFunction('reportViolation', (directive: string) =>
    complaints.push(`policy: ${directive}`),
  );
  await page.addInitScript(prepareWebview, { theme });
  await page.route('**/*', serve);
  await page.goto(PAGE_URL);
  return {
    page,
    host,
    complaints,
    setTheme: (name) => page.evaluate(wearTheme, themeNamed(name)),
    close: () => context.close(),
  };
}

async function serve(route: Route): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const headers = { 'access-control-allow-origin': '*' };
  const assets = { script: `${RESOURCE_ORIGIN}/side.js`, style: `${RESOURCE_ORIGIN}/side.css` };
  if (pathname === '/index.html') {
    const body = panelHtml(assets, RESOURCE_ORIGIN, 'nonceForTests');
    await route.fulfill({ headers, body, contentType: 'text/html' });
  } else if (pathname === '/side.js' || pathname === '/side.css') {
    const contentType = pathname.endsWith('.js') ? 'text/javascript' : 'text/css';
    await route.fulfill({ headers, body: await built(pathname.slice(1)), contentType });
  } else {
    await route.fulfill({ status: 404, headers, body: '' });
  }
}

function built(name: string): Promise<string> {
  const file = path.join(BUILT, name);
  if (!existsSync(file)) throw new Error(`${file} is missing: run "npm run build" first.`);
  return readFile(file, 'utf8');
}
