import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestShiftedOffset, shiftedOffset } from '../../../src/host/editor/sites/offsetShift';

/** Applies one change as an editor does. */
function edited(text: string, change: { rangeOffset: number; rangeLength: number; text: string }): string {
  return (
    text.slice(0, change.rangeOffset) + change.text + text.slice(change.rangeOffset + change.rangeLength)
  );
}

const arrangement = fc
  .tuple(
    fc.string({ minLength: 1, maxLength: 40 }),
    fc.string({ maxLength: 10 }),
    fc.nat(),
    fc.nat(),
    fc.nat(),
  )
  .map(([before, text, a, b, c]) => {
    const rangeOffset = a % (before.length + 1);
    const rangeLength = b % (before.length + 1 - rangeOffset);
    return { before, change: { rangeOffset, rangeLength, text }, offset: c % before.length };
  });

describe('a place in a text that is edited', () => {
  it('stays with its character, whatever is changed around it', () => {
    fc.assert(
      fc.property(arrangement, ({ before, change, offset }) => {
        const shifted = shiftedOffset(offset, [change]);
        const { rangeOffset, rangeLength } = change;
        const deleted = rangeOffset <= offset && offset < rangeOffset + rangeLength;
        if (!deleted) expect(edited(before, change)[shifted ?? -1]).toBe(before[offset]);
        else expect(shifted).toBe(rangeOffset === offset ? offset : null);
      }),
    );
  });

  it('is somewhere in the new text even if it was deleted', () => {
    fc.assert(
      fc.property(arrangement, ({ before, change, offset }) => {
        const nearest = nearestShiftedOffset(offset, [change]);
        expect(nearest).toBeGreaterThanOrEqual(0);
        expect(nearest).toBeLessThanOrEqual(edited(before, change).length);
      }),
    );
  });

  it('takes several changes of one event, each measured in the old text', () => {
    const changes = [
      { rangeOffset: 20, rangeLength: 0, text: 'zz' },
      { rangeOffset: 0, rangeLength: 2, text: '' },
      { rangeOffset: 5, rangeLength: 1, text: 'xyz' },
    ];
    expect(shiftedOffset(10, changes)).toBe(10);
    expect(nearestShiftedOffset(10, [{ rangeOffset: 8, rangeLength: 4, text: 'q' }, ...changes])).toBe(8);
  });
});
