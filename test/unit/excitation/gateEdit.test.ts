import { describe, expect, it } from 'vitest';
import { clampVectors, type GateEdit } from '../../../src/core/excitation/gateEdit';

const BLOCKS = [
  { id: 'layer1.0.se', channels: 3 },
  { id: 'layer2.0.se', channels: 2 },
];
const meansOf = (block: string) => (block === 'layer1.0.se' ? [0.25, 0.5, 0.75] : [0.125, 0.375]);
const clamp = (...edits: GateEdit[]) =>
  Object.fromEntries(
    [...clampVectors(edits, BLOCKS, meansOf)].map(([block, { keep, value }]) => [
      block,
      { keep: [...keep], value: [...value] },
    ]),
  );

describe('clampVectors', () => {
  it('holds the named channels and leaves the others', () => {
    expect(clamp({ block: 'layer1.0.se', channels: [2, 0], to: 'one' })).toEqual({
      'layer1.0.se': { keep: [0, 1, 0], value: [1, 0, 1] },
    });
  });

  it('takes all channels for null, and means of their own for each', () => {
    expect(
      clamp(
        { block: 'layer1.0.se', channels: null, to: 'mean' },
        { block: 'layer2.0.se', channels: null, to: 'zero' },
      ),
    ).toEqual({
      'layer1.0.se': { keep: [0, 0, 0], value: [0.25, 0.5, 0.75] },
      'layer2.0.se': { keep: [0, 0], value: [0, 0] },
    });
  });

  it('lets the later of two edits of a channel count', () => {
    expect(
      clamp(
        { block: 'layer2.0.se', channels: null, to: 'mean' },
        { block: 'layer2.0.se', channels: [1], to: 'zero' },
      ),
    ).toEqual({ 'layer2.0.se': { keep: [0, 0], value: [0.125, 0] } });
  });

  it('has nothing for no edits and for edits of no channel, and asks for no means it does not need', () => {
    expect(clamp()).toEqual({});
    expect(clamp({ block: 'layer2.0.se', channels: [], to: 'one' })).toEqual({});
    const asked = () => {
      throw new Error('means were asked for');
    };
    expect(clampVectors([{ block: 'layer1.0.se', channels: [0], to: 'zero' }], BLOCKS, asked).size).toBe(1);
  });

  it('refuses blocks and channels that are not there', () => {
    const refusal = (text: string) =>
      expect.objectContaining({ code: 'engine/gate-edit', message: expect.stringContaining(text) as string });
    expect(() => clamp({ block: 'no', channels: null, to: 'one' })).toThrow(refusal('no SE block no'));
    for (const channel of [-1, 2, 0.5]) {
      expect(() => clamp({ block: 'layer2.0.se', channels: [channel], to: 'one' })).toThrow(
        refusal('channels 0 to 1'),
      );
    }
  });
});
