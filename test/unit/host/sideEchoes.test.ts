import { describe, expect, it } from 'vitest';
import { Echoes } from '../../../src/host/side/echoes';

function echoes() {
  const clock = { ms: 1000 };
  return { clock, echoes: new Echoes(() => clock.ms) };
}

describe('echoes of the cursor', () => {
  it('are the lines that it was sent to, once each', () => {
    const { echoes: one } = echoes();
    one.expectCursor(4);
    one.expectCursor(9);
    expect([4, 9, 9, 4].map((line) => one.isCursorEcho(line))).toEqual([true, true, false, false]);
  });

  it('are never lines that the user went to meanwhile', () => {
    const { echoes: one } = echoes();
    one.expectCursor(4);
    expect(one.isCursorEcho(5)).toBe(false);
    expect(one.isCursorEcho(4)).toBe(true);
  });

  it('end with patience: a report that never came takes nothing from the user later', () => {
    const { clock, echoes: one } = echoes();
    one.expectCursor(4);
    clock.ms += 2000;
    expect(one.isCursorEcho(4)).toBe(false);
  });
});

describe('echoes of scrolling', () => {
  it('are all that comes on the way to the line, and nothing after it', () => {
    const { echoes: one } = echoes();
    one.expectScroll(30);
    expect([10, 20, 30].map((top) => one.isScrollEcho(top))).toEqual([true, true, true]);
    expect(one.isScrollEcho(31)).toBe(false);
  });

  it('end with patience where the line cannot get to the top', () => {
    const { clock, echoes: one } = echoes();
    one.expectScroll(30);
    expect(one.isScrollEcho(28)).toBe(true);
    clock.ms += 2000;
    expect(one.isScrollEcho(27)).toBe(false);
  });

  it('are of the last line that was asked for', () => {
    const { echoes: one } = echoes();
    one.expectScroll(30);
    one.expectScroll(40);
    expect([30, 35, 40, 39].map((top) => one.isScrollEcho(top))).toEqual([true, true, true, false]);
  });
});
