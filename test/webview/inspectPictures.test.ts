/** A picture of the user's in the third view: chosen, pasted and dropped; what cannot be read is refused in words. */
import { encode } from 'fast-png';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchChromium } from './support/chromium';
import { openPanel, type OpenPanel } from './support/openPanel';
import { TINY_MODEL } from './support/tinyModel';

const PATIENCE = { timeout: 60_000, interval: 50 };

let browser: Browser;
let panel: OpenPanel;
beforeAll(async () => {
  browser = await launchChromium();
  panel = await openPanel(browser, { realWorker: true, panel: TINY_MODEL });
  await panel.page.getByRole('button', { name: 'Start training' }).click();
  await vi.waitFor(() => expect(panel.host.run?.status).toBe('completed'), PATIENCE);
  await panel.page.getByRole('tab', { name: 'Look inside' }).click();
  await panel.page.getByText(/of 200 validation images are recognised/).waitFor();
});
afterAll(() => browser.close());
afterEach(() => {
  expect(panel.complaints).toEqual([]);
  expect(panel.host.problems).toEqual([]);
});

/** RGB of a pixel of the test picture: all three differ, and change slowly. */
const colourAt = (x: number, y: number) => [2 * (x % 100), 2 * (y % 100), 255 - x - (y % 50)];

function testPicture(width: number, height: number): Buffer {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 3);
  }
  return Buffer.from(encode({ width, height, channels: 3, depth: 8, data }));
}

/** [32, 32, 3] of what the network is shown. */
const shown = () =>
  panel.page.locator('.predictions canvas').evaluate((canvas) => {
    const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 32, 32);
    return [...data].filter((_, index) => index % 4 !== 3);
  });

const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
const choose = (name: string, buffer: Buffer) =>
  panel.page.locator('.picture-input input[type=file]').setInputFiles(file(name, buffer));
const about = (text: string) => panel.page.locator('.predictions').getByText(text, { exact: true }).waitFor();
const refused = (text: string | RegExp) => panel.page.locator('.picture-input').getByText(text).waitFor();

describe('a chosen picture', () => {
  it('of 32 x 32 pixels is taken as it is', async () => {
    await choose('small.png', testPicture(32, 32));
    await about('small.png, taken as it is.');
    expect(await shown()).toEqual(
      Array.from({ length: 32 * 32 }, (_, pixel) => colourAt(pixel % 32, Math.floor(pixel / 32))).flat(),
    );
    await expect
      .poll(() => panel.page.locator('.predictions .readout').textContent(), PATIENCE)
      .toMatch(/^Predicted: class \d, [\d.]+%\.$/);
    expect(await panel.page.locator('.thumbnail[aria-selected="true"]').count()).toBe(0);
  });

  it('is cut to its middle square, whose pixels are averaged', async () => {
    await choose('wide.png', testPicture(96, 64));
    await about('wide.png, 96 x 64 pixels: the middle square, resized to 32 x 32.');
    const averages = Array.from({ length: 32 * 32 }, (_, pixel) => {
      const [x, y] = [16 + 2 * (pixel % 32), 2 * Math.floor(pixel / 32)];
      const four = [colourAt(x, y), colourAt(x + 1, y), colourAt(x, y + 1), colourAt(x + 1, y + 1)];
      return [0, 1, 2].map((colour) => Math.round(four.reduce((sum, one) => sum + one[colour]!, 0) / 4));
    }).flat();
    expect(await shown()).toEqual(averages);
  });

  it('may be a large photograph, or smaller than what the network takes', async () => {
    const page = await panel.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(2400, 3000);
      const context = canvas.getContext('2d')!;
      context.fillStyle = 'rgb(200, 100, 50)';
      context.fillRect(0, 0, 2400, 3000);
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    await choose('photo.jpg', Buffer.from(page));
    await about('photo.jpg, 2400 x 3000 pixels: the middle square, resized to 32 x 32.');
    const pixels = await shown();
    [200, 100, 50].forEach((value, colour) => expect(Math.abs(pixels[colour]! - value)).toBeLessThan(4));
    await choose('tiny.png', testPicture(8, 8));
    await about('tiny.png, 8 x 8 pixels: resized to 32 x 32.');
  });
});

describe('what cannot be taken', () => {
  it.each([
    [
      'notes.txt',
      () => Buffer.from('no picture'),
      /^notes\.txt is not a PNG, JPEG, WebP, GIF or BMP picture/,
    ],
    ['wide.png', () => pngHead(9000, 20), /^wide\.png is 9000 x 20 pixels, and 8192 a side is the most/],
    ['cut.png', () => testPicture(40, 40).subarray(0, 60), /^cut\.png is damaged: its pixels cannot be read/],
    ['huge.png', () => Buffer.alloc(21 * 2 ** 20), /^huge\.png has 21\.0 MB, and 20 MB is the most/],
  ])('%s is refused, and the last picture stays', async (name, content, problem) => {
    await choose('small.png', testPicture(32, 32));
    await about('small.png, taken as it is.');
    await choose(name, content());
    await refused(problem);
    await about('small.png, taken as it is.');
  });
});

/** A PNG that says it is so large, and ends there. */
function pngHead(width: number, height: number): Buffer {
  const head = testPicture(1, 1);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

describe('a picture that comes another way', () => {
  const transfer = (name: string) =>
    panel.page.evaluateHandle(
      ([bytes, title]) => {
        const data = new DataTransfer();
        if (bytes) data.items.add(new File([new Uint8Array(bytes)], title, { type: 'image/png' }));
        else data.setData('text/plain', 'a word');
        return data;
      },
      [name === '' ? null : [...testPicture(32, 32)], name] as const,
    );

  it('is dropped', async () => {
    const shelf = panel.page.locator('.shelf');
    await shelf.dispatchEvent('dragover', { dataTransfer: await transfer('dropped.png') });
    await expect.poll(() => shelf.getAttribute('class')).toContain('drop-target');
    await shelf.dispatchEvent('drop', { dataTransfer: await transfer('dropped.png') });
    await about('dropped.png, taken as it is.');
    expect(await shelf.getAttribute('class')).not.toContain('drop-target');
    await shelf.dispatchEvent('drop', { dataTransfer: await transfer('') });
    await refused(/^What was dropped is no file/);
  });

  it('is pasted, and pasted text is left alone', async () => {
    const paste = async (name: string) => {
      const clipboardData = await transfer(name);
      await panel.page.evaluate(
        (data) => document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data })),
        clipboardData,
      );
    };
    await paste('pasted.png');
    await about('pasted.png, taken as it is.');
    await paste('');
    await about('pasted.png, taken as it is.');
  });
});
