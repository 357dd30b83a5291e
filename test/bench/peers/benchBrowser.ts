import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser, Page, Worker } from 'playwright-core';
import { panelHtml } from '../../../src/host/panel/panelHtml';
import { launchChromium } from '../../webview/support/chromium';
import { PAGE_URL, RESOURCE_ORIGIN } from '../../webview/support/resources';
import type { BenchPageWindow } from './benchPage';

/** Sources of the scripts that run in the browser, from the root of the repository. */
const SCRIPTS = {
  page: 'test/bench/peers/benchPage.ts',
  engine: 'test/bench/peers/engineWorker.ts',
  stock: 'test/bench/peers/stockWorker.ts',
} as const;
type Script = keyof typeof SCRIPTS;

/** A worker in the page: `evaluate` of its own, and the means to end it. */
export interface BenchWorker {
  /** In the page. */
  index: number;
  evaluate: Worker['evaluate'];
  terminate(): Promise<void>;
}

/** Headless Chromium with one page under the panel's own policy, so without SharedArrayBuffer, and workers from blobs in it. */
export class BenchBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    /** Content of tfjs-backend-wasm-simd.wasm, in base64. */
    readonly wasm: string,
  ) {}

  /** @param root of the repository: scripts are bundled from its sources */
  static async open(root: string): Promise<BenchBrowser> {
    const names = Object.keys(SCRIPTS) as Script[];
    const bundled = await Promise.all(names.map((name) => bundle(root, SCRIPTS[name])));
    const files = new Map(names.map((name, index) => [uriOf(name), bundled[index]!]));
    const assets = { script: uriOf('page'), style: `${RESOURCE_ORIGIN}/none.css` };
    files.set(PAGE_URL, panelHtml(assets, RESOURCE_ORIGIN, 'nonceForTheBench'));
    files.set(assets.style, '');
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.route('**/*', async (route) => {
      const uri = route.request().url();
      const contentType =
        uri === PAGE_URL ? 'text/html' : uri === assets.style ? 'text/css' : 'text/javascript';
      const headers = { 'access-control-allow-origin': '*' };
      const body = files.get(uri);
      await route.fulfill(body === undefined ? { status: 404 } : { headers, contentType, body });
    });
    await page.goto(PAGE_URL);
    const wasm = createRequire(path.join(root, 'package.json')).resolve(
      '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    );
    return new BenchBrowser(browser, page, (await readFile(wasm)).toString('base64'));
  }

  async startWorker(script: Exclude<Script, 'page'>): Promise<BenchWorker> {
    const { index, url } = await this.page.evaluate(
      (uri) => (globalThis as unknown as BenchPageWindow).benchPage.startWorker(uri),
      uriOf(script),
    );
    const isIt = (candidate: Worker) => candidate.url() === url;
    const worker =
      this.page.workers().find(isIt) ?? (await this.page.waitForEvent('worker', { predicate: isIt }));
    return {
      index,
      evaluate: worker.evaluate.bind(worker),
      terminate: () =>
        this.page.evaluate(
          (which) => (globalThis as unknown as BenchPageWindow).benchPage.terminate(which),
          index,
        ),
    };
  }

  /** Gives every two of the workers a line, for the next model they open. */
  connect(workers: readonly BenchWorker[]): Promise<void> {
    return this.page.evaluate(
      (group) => (globalThis as unknown as BenchPageWindow).benchPage.connect(group),
      workers.map(({ index }) => index),
    );
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

function uriOf(script: Script): string {
  return `${RESOURCE_ORIGIN}/${script}.js`;
}

async function bundle(root: string, source: string): Promise<string> {
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [source],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    // As the product's build has it: tfjs has slow checks for development.
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    logLevel: 'warning',
  });
  return result.outputFiles[0]?.text ?? '';
}
