import type { PanelState } from '../../../src/protocol/hostUiContract';

/** Where the harness serves things; neither origin exists. */
export const PAGE_URL = 'https://panel.test/index.html';
export const RESOURCE_ORIGIN = 'https://resources.test';

export const RESOURCES: PanelState['resources'] = {
  worker: `${RESOURCE_ORIGIN}/worker.js`,
  wasm: `${RESOURCE_ORIGIN}/backend.wasm`,
  quick: `${RESOURCE_ORIGIN}/quick.bin`,
  full: null,
};
