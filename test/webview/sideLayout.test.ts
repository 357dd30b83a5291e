import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium';
import { openSide, type OpenSide, type SideOptions } from './support/openSide';
import { FOUR_STAGES, sideSample } from './support/sideSample';
import { THEMES } from './support/themes';

const PICTURES = path.resolve(import.meta.dirname, '../../test-output/webview');
const WIDTHS = [300, 420, 760];
const OPEN_BLOCK = 'layer2.1.se';

interface Scene {
  name: string;
  options: SideOptions;
  prepare?(side: OpenSide): Promise<void>;
}

const expand = async ({ page }: OpenSide) => {
  await page.locator('.block-row', { hasText: OPEN_BLOCK }).locator('.twisty').click();
  await page.locator('.block-classes .heat-field canvas').waitFor();
};

const SCENES: readonly Scene[] = [
  { name: 'gates', options: { place: { top: 0, bottom: 60, cursor: 42 } } },
  { name: 'classes', options: { place: { top: 42, bottom: 90, cursor: 42 } }, prepare: expand },
  {
    name: 'stale',
    options: {
      sample: sideSample({
        ...FOUR_STAGES,
        stale: 'The recording has 16 SE blocks, resnet50 now makes 12. What still fits is shown.',
      }),
    },
  },
  {
    name: 'nothing',
    options: {
      sample: {
        state: {
          kind: 'nothing',
          document: 'file:///work/README.md',
          file: 'README.md',
          message: 'No gates belong to this file.',
        },
        classGates: [],
      },
    },
  },
];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
  await mkdir(PICTURES, { recursive: true });
});
afterAll(() => browser.close());

describe('pictures of the side view', () => {
  for (const { name, options, prepare } of SCENES) {
    it(name, async () => {
      const side = await openSide(browser, options);
      await side.page.locator('main h1:visible').waitFor();
      await prepare?.(side);
      for (const theme of THEMES) {
        await side.setTheme(theme.name);
        for (const width of WIDTHS) {
          await side.page.setViewportSize({ width, height: 800 });
          await side.page.evaluate(
            () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
          );
          const sideways = await side.page.evaluate(() =>
            [document.documentElement, ...document.querySelectorAll('.side-scroll')].map(
              ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
            ),
          );
          expect(sideways, `sideways scrolling at ${width}px`).toEqual([0, 0]);
          await side.page.screenshot({
            path: path.join(PICTURES, `side-${name}-${theme.name}-${width}.png`),
            caret: 'initial',
          });
        }
      }
      expect(side.complaints).toEqual([]);
      expect(side.host.problems).toEqual([]);
      await side.close();
    });
  }
});
