/** An open model in the built worker, on WASM's kernels and on WebGL's: both see and knock out the same. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GateEdit } from '../../src/core/excitation/gateEdit';
import { inspectedModel } from '../engine/inspect/inspectedModel';
import { launchChromium } from './support/chromium';
import { openEnginePage, type EnginePage } from './support/enginePage';

let browser: Browser;
let pages: { wasm: EnginePage; webGl: EnginePage };

beforeAll(async () => {
  browser = await launchChromium();
  pages = { wasm: await openEnginePage(browser), webGl: await openEnginePage(browser) };
  await pages.wasm.initialize('wasm');
  await pages.webGl.initialize('webgl');
}, 300_000);
afterAll(() => browser.close());

// Software WebGL spends nearly all its time compiling programs.
it('finds the same on WASM and on WebGL', { timeout: 300_000 }, async () => {
  const { order, graph } = inspectedModel({}, 8);
  const [first, , last] = graph.blocks.map(({ id }) => id) as [string, string, string];
  const knockOuts: GateEdit[][] = [
    [],
    [{ block: last, channels: [1, 4], to: 'zero' }],
    [{ block: first, channels: null, to: 'mean' }],
    [
      { block: first, channels: [0], to: 'one' },
      { block: last, channels: null, to: 'mean' },
    ],
  ];
  const expected = await pages.wasm.inspect(order, knockOuts);
  const found = await pages.webGl.inspect(order, knockOuts);
  expect(new Set(expected.results.map(({ loss }) => loss)).size).toBe(knockOuts.length);
  found.results.forEach(({ accuracy, loss }, index) => {
    expect(accuracy).toBe(expected.results[index]!.accuracy);
    expect(Math.abs(loss / expected.results[index]!.loss - 1)).toBeLessThan(1e-4);
  });
  expectNear(found.probabilities, expected.probabilities);
  expectNear(found.maps, expected.maps);
  found.gates.forEach((gates, index) => expectNear(gates, expected.gates[index]!));
  expect([...pages.wasm.complaints, ...pages.webGl.complaints]).toEqual([]);
});

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  expect(largest).toBeGreaterThan(0);
  found.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-4 * largest));
}
