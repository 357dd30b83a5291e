import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser, Page, Route } from 'playwright-core';
import { PlaygroundError } from '../../../src/core/errors';
import { panelHtml } from '../../../src/host/panel/panelHtml';
import type { PanelState } from '../../../src/protocol/hostUiContract';
import { FakeHost, PANEL_STATE } from './fakeHost';
import { QUIET_SCRIPT, type FakeScript } from './fakeScript';
import { PAGE_URL, RESOURCE_ORIGIN } from './resources';
import { themeNamed, type Theme } from './themes';
import { prepareWebview, wearTheme } from './prepareWebview';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface PanelOptions {
  theme?: Theme['name'];
  width?: number;
  height?: number;
  zoom?: number;
  panel?: Partial<PanelState>;
  script?: Partial<FakeScript>;
  /** The built worker, with its WASM and the quick subset, instead of the scripted one. */
  realWorker?: boolean;
  /** The host's first answer is a failure. */
  readyFails?: boolean;
  /** Processor cores the page believes in; two unless told, whatever the machine has. */
  cores?: number;
}

export interface OpenPanel {
  page: Page;
  host: FakeHost;
  /** Directives violated so far, uncaught errors of the page, and console errors. */
  complaints: string[];
  /** Changes the theme under the open page, as VS Code does. */
  setTheme(name: Theme['name']): Promise<void>;
  /** Changes the window's width and waits until the page has drawn for it. */
  setWidth(width: number): Promise<void>;
  /** Lets every worker train that many more epochs. */
  allowEpochs(epochs: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens the built page in the host's own document, under its own policy, with a fake host and a fake worker. */
export async function openPanel(browser: Browser, options: PanelOptions = {}): Promise<OpenPanel> {
  const { width = 1200, height = 900, zoom = 1, cores = 2 } = options;
  const theme = themeNamed(options.theme ?? 'dark');
  const context = await browser.newContext({
    // Zooming in leaves fewer CSS pixels and more device pixels for each.
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  const host = new FakeHost(page, { ...PANEL_STATE, ...options.panel });
  if (options.readyFails) host.failures.set('ready', new PlaygroundError('storage/unreadable', 'Try later.'));
  await page.exposeFunction('receiveFromPage', (message: unknown) => host.receive(message));
  await page.exposeFunction('reportViolation', (directive: string) =>
    complaints.push(`policy: ${directive}`),
  );
  await page.addInitScript(prepareWebview, { theme: { ...theme }, cores });
  const engine = options.realWorker
    ? realEngine()
    : fakeEngine(await workerSource({ ...QUIET_SCRIPT, ...options.script }));
  await page.route('**/*', (route) => serve(route, engine));
  await page.goto(PAGE_URL);
  return {
    page,
    host,
    complaints,
    setTheme: (name) => page.evaluate(wearTheme, themeNamed(name)),
    setWidth: async (next) => {
      await page.setViewportSize({ width: next, height });
      // Size observers run in the first frame, and what they draw is on screen in the second.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    },
    allowEpochs: (epochs) =>
      page.evaluate((count) => {
        const remote = new BroadcastChannel('fake-worker');
        remote.postMessage({ epochs: count });
        remote.close();
      }, epochs),
    close: () => context.close(),
  };
}

type Answers = Readonly<Record<string, () => Promise<{ body: string | Buffer; contentType: string }>>>;

/** What workers are made of and train with. */
function fakeEngine(worker: string): Answers {
  return {
    '/worker.js': async () => ({ body: worker, contentType: 'text/javascript' }),
    '/backend.wasm': async () => ({ body: Buffer.from([0, 97, 115, 109]), contentType: 'application/wasm' }),
    '/quick.bin': async () => ({ body: Buffer.alloc(64, 7), contentType: 'application/octet-stream' }),
  };
}

function realEngine(): Answers {
  const file = (name: string) => readFile(path.join(ROOT, name));
  const wasm = 'dist/webview/tfjs-backend-wasm-simd.wasm';
  return {
    '/worker.js': async () => ({ body: await built('worker.js'), contentType: 'text/javascript' }),
    '/backend.wasm': async () => ({ body: await file(wasm), contentType: 'application/wasm' }),
    '/quick.bin': async () => ({
      body: await file('media/quick-cifar.bin'),
      contentType: 'application/octet-stream',
    }),
  };
}

async function serve(route: Route, engine: Answers): Promise<void> {
  const url = new URL(route.request().url());
  const headers = { 'access-control-allow-origin': '*' };
  const answers: Answers = {
    ...engine,
    '/index.html': async () => ({ body: documentHtml(), contentType: 'text/html' }),
    '/page.js': async () => ({ body: await built('page.js'), contentType: 'text/javascript' }),
    '/page.css': async () => ({ body: await built('page.css'), contentType: 'text/css' }),
  };
  const answer = answers[url.pathname];
  if (answer) await route.fulfill({ headers, ...(await answer()) });
  else await route.fulfill({ status: 404, headers, body: '' });
}

function documentHtml(): string {
  const assets = { script: `${RESOURCE_ORIGIN}/page.js`, style: `${RESOURCE_ORIGIN}/page.css` };
  return panelHtml(assets, RESOURCE_ORIGIN, 'nonceForTests');
}

function built(name: string): Promise<string> {
  const file = path.join(ROOT, 'dist/webview', name);
  if (!existsSync(file)) throw new Error(`${file} is missing: run "npm run build" first.`);
  return readFile(file, 'utf8');
}

let workerBundle: Promise<string> | undefined;

async function workerSource(script: FakeScript): Promise<string> {
  workerBundle ??= esbuild
    .build({
      entryPoints: [path.join(import.meta.dirname, 'fakeWorker.ts')],
      bundle: true,
      format: 'iife',
      target: 'es2022',
      write: false,
    })
    .then((result) => result.outputFiles[0]?.text ?? '');
  return `self.fakeScript = ${JSON.stringify(script)};\n${await workerBundle}`;
}
