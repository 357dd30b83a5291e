import { describe, expect, it } from 'vitest';
import { sequentialScale } from '../../../src/core/excitation/colourScale';
import { factsOf } from '../../../src/host/editor/gates/blockFacts';
import { gateStrip, showsEveryChannel } from '../../../src/host/editor/gates/gateStrip';
import { blockOf, traceOf } from './gatesFixture';

const unit = sequentialScale(0, 1);

function cellsOf(svg: string): { x: number; fill: string }[] {
  return [...svg.matchAll(/<rect x="(\d+)"[^>]*fill="([^"]*)"/g)].map((match) => ({
    x: Number(match[1]),
    fill: match[2]!,
  }));
}

/** Relative luminance of `rgb(r, g, b)`, WCAG 2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [...colour.matchAll(/\d+/g)].map(([value]) => {
    const part = Number(value) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('gateStrip', () => {
  it('draws one cell a channel, in order, with a gap between blocks', () => {
    const cells = cellsOf(gateStrip([[0, 1], [0.5]], unit, false));
    expect(cells.map(({ fill }) => fill)).toEqual([unit.colour(0), unit.colour(1), unit.colour(0.5)]);
    expect(cells[1]!.x).toBeGreaterThan(cells[0]!.x);
    expect(cells[2]!.x - cells[1]!.x).toBeGreaterThan(cells[1]!.x - cells[0]!.x);
  });

  it('is the lighter the higher the gate', () => {
    const shades = cellsOf(gateStrip([[0, 0.2, 0.4, 0.6, 0.8, 1]], unit, false)).map(({ fill }) =>
      luminance(fill),
    );
    expect(shades).toEqual([...shades].sort((one, other) => one - other));
    expect(new Set(shades).size).toBe(6);
  });

  it('sorts the gates of a block with more channels than cells, and keeps both ends', () => {
    // Alternating: means of neighbours would all be one half.
    const gates = Array.from({ length: 512 }, (_, channel) => channel % 2);
    expect(showsEveryChannel([512])).toBe(false);
    const cells = cellsOf(gateStrip([gates], unit, false));
    expect(cells.length).toBeLessThanOrEqual(168);
    const low = cells.filter(({ fill }) => fill === unit.colour(0));
    const high = cells.filter(({ fill }) => fill === unit.colour(1));
    expect([low.length, high.length]).toEqual([cells.length / 2, cells.length / 2]);
    expect(cells.at(0)?.fill).toBe(unit.colour(0));
    expect(cells.at(-1)?.fill).toBe(unit.colour(1));
  });

  it('has a narrow cell for each of many channels, in their order', () => {
    const gates = Array.from({ length: 300 }, (_, channel) => channel % 2);
    expect(showsEveryChannel([300])).toBe(true);
    const cells = cellsOf(gateStrip([gates], unit, false));
    expect(cells.map(({ fill }) => fill)).toEqual(gates.map((gate) => unit.colour(gate)));
    expect(cells[299]!.x).toBe(299);
  });

  it('keeps a cell for every block of a deep net, and draws nothing for no blocks', () => {
    const deep = Array.from({ length: 200 }, () => [0.1, 0.9]);
    expect(cellsOf(gateStrip(deep, unit, false))).toHaveLength(200);
    expect(cellsOf(gateStrip([], unit, false))).toHaveLength(0);
    expect(showsEveryChannel(deep.map(({ length }) => length))).toBe(false);
  });

  it('is dimmed when the code no longer matches', () => {
    expect(gateStrip([[0.5]], unit, false)).not.toContain('opacity');
    expect(Number(/opacity="([\d.]+)"/.exec(gateStrip([[0.5]], unit, true))?.[1])).toBeLessThan(0.6);
  });
});

describe('the colours of a trace', () => {
  it('span the range in use over all blocks, and survive a flat one', () => {
    const { scale, classScale } = factsOf(
      traceOf([
        blockOf('a', [
          [0.4, 0.5],
          [0.6, 0.7],
        ]),
        blockOf('b', [[0.9], [0.7]]),
      ]),
    );
    // Means over the classes: 0.5, 0.6; 0.8.
    expect([scale.low, scale.high].map((value) => value.toFixed(3))).toEqual(['0.500', '0.800']);
    expect([classScale.low, classScale.high].map((value) => value.toFixed(3))).toEqual(['0.400', '0.900']);
    expect([scale.colour(-1), scale.colour(9)]).toEqual([scale.colour(0.5), scale.colour(0.8)]);
    expect(factsOf(traceOf([blockOf('a', [[0.5]])])).scale.colour(0.5)).toMatch(/^rgb\(\d+, \d+, \d+\)$/);
    expect(factsOf(traceOf([])).scale.colour(0.5)).toMatch(/^rgb/);
  });
});
