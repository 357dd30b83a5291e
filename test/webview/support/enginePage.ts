import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser, Route } from 'playwright-core';
import type { BackendChoice } from '../../../src/core/training/runPlan';
import { panelHtml } from '../../../src/host/panel/panelHtml';
import type { GateEdit } from '../../../src/core/excitation/gateEdit';
import type { JobOrder, ModelToOpen } from '../../../src/protocol/uiWorkerContract';
import type { EngineDriver, EngineWindow, JobRecord } from './engineDriver';
import { PAGE_URL, RESOURCE_ORIGIN, RESOURCES } from './resources';

const BUILT = path.resolve(import.meta.dirname, '../../../dist/webview');

/** A page of its own with the built worker in it. */
export interface EnginePage {
  /** Directives violated so far, uncaught errors and console errors, of the page and of the worker. */
  complaints: string[];
  initialize(backend: BackendChoice): ReturnType<EngineDriver['initialize']>;
  runJob(order: JobOrder): Promise<JobRecord>;
  trainTogether: EngineDriver['trainTogether'];
  inspect(
    model: ModelToOpen,
    knockOuts: readonly (readonly GateEdit[])[],
  ): ReturnType<EngineDriver['inspect']>;
  nextProgress(): Promise<unknown>;
  /** Before `initialize`: keeps hold of the WebGL contexts the worker makes, for `loseContexts`. */
  watchContexts(): Promise<void>;
  /** Does to the worker's WebGL contexts what a browser does when it takes the GPU away. */
  loseContexts(): Promise<void>;
}

/** Opens the panel's document, under the panel's policy, with `engineDriver` as its script, and starts a worker from the built bundle. */
export async function openEnginePage(browser: Browser): Promise<EnginePage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  await page.exposeFunction('reportViolation', (directive: string) =>
    complaints.push(`policy: ${directive}`),
  );
  await page.addInitScript(() => {
    const target = window as unknown as { reportViolation(directive: string): Promise<void> };
    document.addEventListener('securitypolicyviolation', (event) => {
      void target.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const files = await servedFiles();
  await page.route('**/*', (route) => serve(route, files));
  await page.goto(PAGE_URL);
  const [worker] = await Promise.all([
    page.waitForEvent('worker'),
    page.evaluate(() => (window as unknown as EngineWindow).engineDriver.startWorker()),
  ]);
  return {
    complaints,
    initialize: (backend) =>
      page.evaluate((choice) => (window as unknown as EngineWindow).engineDriver.initialize(choice), backend),
    runJob: (order) =>
      page.evaluate((job) => (window as unknown as EngineWindow).engineDriver.runJob(job), order),
    trainTogether: (order, workers, loses) =>
      page.evaluate(
        ([job, size, lost]) =>
          (window as unknown as EngineWindow).engineDriver.trainTogether(job, size, lost),
        [order, workers, loses] as const,
      ),
    inspect: (model, knockOuts) =>
      page.evaluate(
        ([order, edits]) => (window as unknown as EngineWindow).engineDriver.inspect(order, edits),
        [model, knockOuts] as const,
      ),
    nextProgress: () => page.evaluate(() => (window as unknown as EngineWindow).engineDriver.nextProgress()),
    watchContexts: () => worker.evaluate(watchContexts),
    loseContexts: () => worker.evaluate(loseContexts),
  };
}

interface WatchedWorker {
  contexts: WebGL2RenderingContext[];
}

/** Runs in the worker. */
function watchContexts(): void {
  const contexts: WebGL2RenderingContext[] = [];
  Object.assign(globalThis, { contexts } satisfies WatchedWorker);
  const { prototype } = OffscreenCanvas;
  const original = prototype.getContext;
  prototype.getContext = function (this: OffscreenCanvas, ...given: never) {
    const context = original.apply(this, given);
    if (context instanceof WebGL2RenderingContext) contexts.push(context);
    return context;
  } as typeof original;
}

/** Runs in the worker. */
function loseContexts(): void {
  for (const gl of (globalThis as unknown as WatchedWorker).contexts) {
    // Lost already, it has no extensions.
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

/** Put before the bundle: what the policy refuses a worker is told to nobody but the worker. */
const REPORT_VIOLATIONS = `addEventListener('securitypolicyviolation', (event) =>
  reportError(new Error('policy: ' + event.violatedDirective + ' ' + event.blockedURI)));`;

type Files = Readonly<Record<string, { body: string | Buffer; contentType: string }>>;

async function servedFiles(): Promise<Files> {
  const script = `${RESOURCE_ORIGIN}/driver.js`;
  const style = `${RESOURCE_ORIGIN}/page.css`;
  const html = panelHtml({ script, style }, RESOURCE_ORIGIN, 'nonceForTests');
  return {
    [PAGE_URL]: { body: html, contentType: 'text/html' },
    [script]: { body: await driverScript(), contentType: 'text/javascript' },
    [style]: { body: '', contentType: 'text/css' },
    [RESOURCES.worker]: {
      body: `${REPORT_VIOLATIONS}\n${(await built('worker.js')).toString()}`,
      contentType: 'text/javascript',
    },
    [RESOURCES.wasm]: {
      body: await built('tfjs-backend-wasm-simd.wasm'),
      contentType: 'application/wasm',
    },
  };
}

async function serve(route: Route, files: Files): Promise<void> {
  const headers = { 'access-control-allow-origin': '*' };
  await route.fulfill({ headers, ...(files[route.request().url()] ?? { status: 404, body: '' }) });
}

async function built(name: string): Promise<Buffer> {
  const file = path.join(BUILT, name);
  return readFile(file).catch((cause: unknown) => {
    throw new Error(`${file} cannot be read: run "npm run build" first.`, { cause });
  });
}

async function driverScript(): Promise<string> {
  const result = await esbuild.build({
    entryPoints: [path.join(import.meta.dirname, 'engineDriver.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}
