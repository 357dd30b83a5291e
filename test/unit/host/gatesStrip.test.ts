import { describe, expect, it } from 'vitest';
import { sequentialScale } from '../../../src/core/excitation/colourScale';
import { gateStrip, stripScale } from '../../../src/host/editor/gates/gateStrip';

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
    const cells = cellsOf(gateStrip([[0, 1], [0.5]], unit));
    expect(cells.map(({ fill }) => fill)).toEqual([unit.colour(0), unit.colour(1), unit.colour(0.5)]);
    expect(cells[1]!.x).toBeGreaterThan(cells[0]!.x);
    expect(cells[2]!.x - cells[1]!.x).toBeGreaterThan(cells[1]!.x - cells[0]!.x);
  });

  it('is the lighter the higher the gate', () => {
    const shades = cellsOf(gateStrip([[0, 0.2, 0.4, 0.6, 0.8, 1]], unit)).map(({ fill }) => luminance(fill));
    expect(shades).toEqual([...shades].sort((one, other) => one - other));
    expect(new Set(shades).size).toBe(6);
  });

  it('spans the range in use over all lines, and survives a flat one', () => {
    const scale = stripScale([[0.4, 0.5], [0.6]]);
    expect([scale.low, scale.high]).toEqual([0.4, 0.6]);
    expect(scale.colour(0.4)).not.toBe(scale.colour(0.5));
    expect([scale.colour(-1), scale.colour(9)]).toEqual([scale.colour(0.4), scale.colour(0.6)]);
    expect(stripScale([[0.5]]).colour(0.5)).toMatch(/^rgb\(\d+, \d+, \d+\)$/);
  });

  it('averages neighbours when there are more channels than cells', () => {
    const cells = cellsOf(
      gateStrip([Array.from({ length: 512 }, (_, channel) => (channel < 256 ? 0 : 1))], unit),
    );
    expect(cells.length).toBeLessThan(128);
    const low = cells.filter(({ fill }) => fill === unit.colour(0));
    const high = cells.filter(({ fill }) => fill === unit.colour(1));
    expect([low.length, high.length]).toEqual([cells.length / 2, cells.length / 2]);
  });

  it('keeps a cell for every block of a deep net, and draws nothing for no blocks', () => {
    expect(
      cellsOf(
        gateStrip(
          Array.from({ length: 200 }, () => [0.1, 0.9]),
          unit,
        ),
      ),
    ).toHaveLength(200);
    expect(cellsOf(gateStrip([], unit))).toHaveLength(0);
  });
});
