import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { excitationSummary } from '../../../src/protocol/schemas';
import { gateEdit, imageChoice } from '../../../src/protocol/uiWorkerContract';

const BLOCK = {
  block: 'layer1.0.se',
  channels: 2,
  mean: [0.5, 0.25],
  deviation: [0, 0.1],
  saturatedLow: 0,
  saturatedHigh: 0.5,
};
const SUMMARY = { classes: 1, imagesPerClass: [3], blocks: [BLOCK] };

describe('the guard of excitation summaries', () => {
  it('takes the logs of earlier versions, which keep no images', () => {
    expect(v.parse(excitationSummary, SUMMARY)).toEqual(SUMMARY);
  });

  it('takes summaries with the gates of chosen images', () => {
    const images = [{ index: 7, label: 0 }];
    const kept = { ...SUMMARY, images, blocks: [{ ...BLOCK, imageGates: [0.5, 0.25] }] };
    expect(v.parse(excitationSummary, kept)).toEqual(kept);
  });

  it('refuses images that are none, and too many of them', () => {
    for (const images of [
      [{ index: -1, label: 0 }],
      [{ index: 0 }],
      Array(1025).fill({ index: 0, label: 0 }),
    ]) {
      expect(v.is(excitationSummary, { ...SUMMARY, images })).toBe(false);
    }
  });
});

describe('the guards of an open model', () => {
  it('take edits of some channels and of all', () => {
    const edit = { block: 'layer1.0.se', channels: [0, 3], to: 'mean' };
    expect(v.is(gateEdit, edit)).toBe(true);
    expect(v.is(gateEdit, { ...edit, channels: null })).toBe(true);
    for (const channels of [undefined, [0.5], [-1], 'all']) {
      expect(v.is(gateEdit, { ...edit, channels })).toBe(false);
    }
    expect(v.is(gateEdit, { ...edit, to: 'half' })).toBe(false);
  });

  it('take no more images at once than can be looked at', () => {
    const validation = (count: number) => ({ kind: 'validation', indices: Array<number>(count).fill(0) });
    expect(v.is(imageChoice, validation(64))).toBe(true);
    expect(v.is(imageChoice, validation(65))).toBe(false);
    expect(v.is(imageChoice, { kind: 'pixels', pixels: new Uint8Array(3072) })).toBe(true);
    expect(v.is(imageChoice, { kind: 'pixels', pixels: [0] })).toBe(false);
  });
});
