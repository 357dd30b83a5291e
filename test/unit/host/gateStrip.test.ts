import { describe, expect, it } from 'vitest';
import { gateStrip } from '../../../src/host/editor/gateStrip';

interface Cell {
  x: number;
  fill: [number, number, number];
}

function cellsOf(svg: string): Cell[] {
  return [...svg.matchAll(/<rect x="(\d+)"[^>]*fill="rgb\((\d+),(\d+),(\d+)\)"/g)].map((match) => ({
    x: Number(match[1]),
    fill: [Number(match[2]), Number(match[3]), Number(match[4])],
  }));
}
const distance = (one: Cell, other: Cell) =>
  Math.hypot(...one.fill.map((value, index) => value - other.fill[index]!));

describe('gateStrip', () => {
  it('draws one cell a channel, in order, with a gap between blocks', () => {
    const cells = cellsOf(gateStrip([[0, 1], [0.5]], 'light'));
    expect(cells.map(({ x }) => x)).toEqual([...cells.map(({ x }) => x)].sort((a, b) => a - b));
    expect(cells).toHaveLength(3);
    expect(cells[2]!.x - cells[1]!.x).toBeGreaterThan(cells[1]!.x - cells[0]!.x);
  });

  it.each(['light', 'dark'] as const)('shows a gate by its distance from the end colours (%s)', (theme) => {
    const [low, quarter, high] = cellsOf(gateStrip([[0, 0.25, 1]], theme));
    expect(distance(low!, quarter!) / distance(low!, high!)).toBeCloseTo(0.25, 1);
  });

  it('takes gates outside 0 to 1 as the nearest end', () => {
    const [below, low, above, high] = cellsOf(gateStrip([[-3, 0, 7, 1]], 'dark'));
    expect([below!.fill, above!.fill]).toEqual([low!.fill, high!.fill]);
  });

  it('averages neighbours when there are more channels than cells', () => {
    const cells = cellsOf(
      gateStrip([Array.from({ length: 512 }, (_, channel) => (channel < 256 ? 0 : 1))], 'light'),
    );
    expect(cells.length).toBeLessThan(128);
    const colours = new Set(cells.map(({ fill }) => fill.join()));
    expect(colours.size).toBe(2);
    expect(cells.filter(({ fill }) => fill.join() === cells[0]!.fill.join())).toHaveLength(cells.length / 2);
  });

  it('keeps a cell for every block of a deep net, and draws nothing for no blocks', () => {
    expect(
      cellsOf(
        gateStrip(
          Array.from({ length: 200 }, () => [0.1, 0.9]),
          'light',
        ),
      ),
    ).toHaveLength(200);
    expect(cellsOf(gateStrip([], 'light'))).toHaveLength(0);
  });
});
