import path from 'node:path';
import * as esbuild from 'esbuild';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../webview/support/chromium';
import type { BenchResult } from '../benchResult';
import type { BenchScene } from '../benchScene';
import type { HeatmapWindow } from '../peers/heatmapPage';

/** 56 blocks with the stages of the ResNets that the paper trains on ImageNet, a little deeper than its deepest. */
const CHANNELS = [
  ...Array<number>(3).fill(256),
  ...Array<number>(8).fill(512),
  ...Array<number>(42).fill(1024),
  ...Array<number>(3).fill(2048),
];
const ORDER = { channels: CHANNELS, classes: 10 };
const EPOCHS = 30;
const FRAMES = 240;
const ROUNDS = 5;

interface Round {
  drawMs: number;
  drawCpuMs: number;
  frameMs: number;
  frameCpuMs: number;
}

/** How long the panel's heatmap takes to draw a recording of 56 blocks and ten classes, and how thirty of them keep up with a moving slider. */
export async function measureHeatmap({ root, say }: BenchScene): Promise<BenchResult['heatmap']> {
  const [script, style] = await Promise.all([
    bundled(root, 'test/bench/peers/heatmapPage.ts'),
    bundled(root, 'webview/ui/page.css'),
  ]);
  const browser = await launchChromium();
  try {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      await page.setContent('<!DOCTYPE html><body class="vscode-dark"></body>');
      await page.addStyleTag({ content: style });
      await page.addScriptTag({ content: script });
      const measured = await measureRound(page);
      rounds.push(measured);
      const { drawMs, drawCpuMs, frameMs, frameCpuMs } = measured;
      say(
        `heatmap: drawn in ${drawMs.toFixed(0)} ms (processor ${drawCpuMs.toFixed(0)}), a frame each ${frameMs.toFixed(1)} ms (processor ${frameCpuMs.toFixed(1)})`,
      );
      await page.close();
    }
    const medianOf = (key: keyof Round) =>
      rounds.map((round) => round[key]).sort((one, other) => one - other)[ROUNDS >> 1]!;
    return {
      blocks: CHANNELS.length,
      channels: CHANNELS.reduce((sum, count) => sum + count, 0),
      draw_ms: medianOf('drawMs'),
      draw_cpu_ms: medianOf('drawCpuMs'),
      frames_per_second: 1000 / medianOf('frameMs'),
      frame_cpu_ms: medianOf('frameCpuMs'),
    };
  } finally {
    await browser.close();
  }
}

async function measureRound(page: Page): Promise<Round> {
  const session = await page.context().newCDPSession(page);
  // Processor time of the page's own thread: a busy machine stretches frames, not this.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const cpuMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  const record = (epochs: number) =>
    page.evaluate(
      ([order, count]) => (window as unknown as HeatmapWindow).heatmapBench.record(order, count),
      [ORDER, epochs] as const,
    );
  const draw = () => page.evaluate(() => (window as unknown as HeatmapWindow).heatmapBench.draw());
  const scrub = (frames: number) =>
    page.evaluate((count) => (window as unknown as HeatmapWindow).heatmapBench.scrub(count), frames);

  await page.evaluate(() => (window as unknown as HeatmapWindow).heatmapBench.open());
  await record(1);
  const beforeDraw = await cpuMs();
  const drawMs = await draw();
  const drawCpuMs = (await cpuMs()) - beforeDraw;
  await record(EPOCHS);
  await draw();
  // Once through: a user's first movement computes what the next ones find.
  await scrub(EPOCHS);
  const beforeScrub = await cpuMs();
  const frameMs = await scrub(FRAMES);
  const frameCpuMs = ((await cpuMs()) - beforeScrub) / FRAMES;
  return { drawMs, drawCpuMs, frameMs, frameCpuMs };
}

async function bundled(root: string, entry: string): Promise<string> {
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [path.join(root, entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  });
  return result.outputFiles[0]!.text;
}
