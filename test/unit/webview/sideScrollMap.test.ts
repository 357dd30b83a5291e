import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrollMap } from '../../../webview/ui/side/scrollMap';

const GROUPS = [
  { line: 30, top: 40 },
  { line: 32, top: 300 },
  { line: 80, top: 420 },
];
const END = { lineCount: 120, height: 1000 };

describe('scrollMap', () => {
  const map = scrollMap(GROUPS, END);

  it('puts the group of a line at the top when the line is', () => {
    expect(map.heightOf(32)).toBe(300);
    expect(map.heightOf(80)).toBe(420);
    expect(map.heightOf(56)).toBe(360);
  });

  it('stays at the very top until the first group', () => {
    expect([0, 12, 30].map((line) => map.heightOf(line))).toEqual([0, 0, 0]);
    expect(map.lineOf(0)).toBe(30);
  });

  it('ends with the code', () => {
    expect([120, 500].map((line) => map.heightOf(line))).toEqual([1000, 1000]);
    expect(map.lineOf(2000)).toBe(120);
  });

  it('has an answer without groups', () => {
    const none = scrollMap([], END);
    expect([none.heightOf(3), none.lineOf(3)]).toEqual([1000, 120]);
  });

  it('goes there and back, and never backwards', () => {
    const steps = fc.array(
      fc.record({ lines: fc.integer({ min: 1, max: 50 }), height: fc.integer({ min: 1, max: 900 }) }),
      {
        minLength: 1,
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(steps, fc.nat(20), fc.float({ min: 0, max: 1, noNaN: true }), (list, start, part) => {
        let line = start;
        let top = 0;
        const groups = list.map(({ lines, height }) => {
          const group = { line, top };
          line += lines;
          top += height;
          return group;
        });
        const any = scrollMap(groups, { lineCount: line, height: top });
        const at = start + part * (line - start);
        expect(any.lineOf(any.heightOf(at))).toBeCloseTo(at, 6);
        expect(any.heightOf(at + 0.5)).toBeGreaterThanOrEqual(any.heightOf(at));
      }),
    );
  });
});
