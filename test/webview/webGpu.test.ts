/** tfjs's WebGPU backend on software WebGPU, which the engine itself refuses: that its gradients are judged before anybody trains with it. */
import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GRADIENT_LIMIT } from '../../webview/engine/backend/gradientOracle';
import { launchChromium } from './support/chromium';
import type { WebGpuWindow } from './support/webGpuDriver';

/** WebGPU exists on secure pages only. */
const PAGE_URL = 'https://engine.test/';

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await launchChromium(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']);
  page = await browser.newPage();
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
  await page.goto(PAGE_URL);
  const driver = await esbuild.build({
    entryPoints: [path.join(import.meta.dirname, 'support/webGpuDriver.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  await page.addScriptTag({ content: driver.outputFiles[0]?.text ?? '' });
});
afterAll(() => browser.close());

it('refuses a software adapter, by name', async () => {
  const verdict = await page.evaluate(() => (window as unknown as WebGpuWindow).webGpuDriver.startAsChosen());
  expect(verdict).toMatchObject({
    code: 'engine/no-webgpu',
    message: expect.stringContaining('swiftshader') as string,
  });
});

it('accepts gradients that are right', async () => {
  await page.evaluate(() => (window as unknown as WebGpuWindow).webGpuDriver.startAnyway());
  const error = await page.evaluate(() => (window as unknown as WebGpuWindow).webGpuDriver.gradientError());
  expect(error).toBeLessThan(GRADIENT_LIMIT);
  expect(await page.evaluate(() => (window as unknown as WebGpuWindow).webGpuDriver.judge())).toBe(
    'accepted',
  );
});

it('refuses gradients that are wrong, and says by how much', async () => {
  await page.evaluate(() =>
    (window as unknown as WebGpuWindow).webGpuDriver.spoil('Conv2DBackpropFilter', 1.05),
  );
  expect(await page.evaluate(() => (window as unknown as WebGpuWindow).webGpuDriver.judge())).toMatchObject({
    code: 'engine/wrong-gradients',
    message: expect.stringContaining('off by 5.0%') as string,
  });
});
