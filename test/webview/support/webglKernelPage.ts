import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Browser } from 'playwright-core';
import type {
  GpuMemory,
  KernelCall,
  PlainTensor,
  SgdUpdates,
  WebglKernelDriver,
  WebglKernelWindow,
} from './webglKernelDriver';

/** A page in which tfjs computes on WebGL, with our kernels. */
export interface WebglKernelPage {
  runKernel(call: KernelCall): Promise<PlainTensor[]>;
  selfProduct(call: KernelCall, index: number): Promise<PlainTensor>;
  sgdUpdates(updates: SgdUpdates): Promise<ReturnType<WebglKernelDriver['sgdUpdates']>>;
  memory(): Promise<GpuMemory>;
}

export async function openWebglKernelPage(browser: Browser): Promise<WebglKernelPage> {
  const page = await browser.newPage();
  await page.addScriptTag({ content: await driverScript() });
  await page.evaluate(() => (window as unknown as WebglKernelWindow).webglKernelDriver.start());
  return {
    runKernel: (call) =>
      page.evaluate(
        (given) => (window as unknown as WebglKernelWindow).webglKernelDriver.runKernel(given),
        call,
      ),
    selfProduct: (call, index) =>
      page.evaluate(
        ([given, at]) => (window as unknown as WebglKernelWindow).webglKernelDriver.selfProduct(given, at),
        [call, index] as const,
      ),
    sgdUpdates: (updates) =>
      page.evaluate(
        (given) => (window as unknown as WebglKernelWindow).webglKernelDriver.sgdUpdates(given),
        updates,
      ),
    memory: () => page.evaluate(() => (window as unknown as WebglKernelWindow).webglKernelDriver.memory()),
  };
}

async function driverScript(): Promise<string> {
  const result = await esbuild.build({
    entryPoints: [path.join(import.meta.dirname, 'webglKernelDriver.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}
