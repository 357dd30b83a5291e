import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { sequentialScale } from '../../../src/core/excitation/colourScale';
import { gatePicture } from '../../../src/host/editor/gates/gatePicture';
import { indexedPng } from '../../../src/host/editor/gates/indexedPng';
import { blockOf, traceOf } from './gatesFixture';

const unit = sequentialScale(0, 1);

function pixelsOf(svg: string): {
  width: number;
  height: number;
  colour(row: number, column: number): string;
} {
  const data = /data:image\/png;base64,([\w+/=]+)/.exec(svg)?.[1] ?? '';
  const png = decode(Buffer.from(data, 'base64'), { checkCrc: true });
  const { palette } = png;
  if (!palette) throw new Error('the picture has no palette');
  return {
    width: png.width,
    height: png.height,
    colour: (row, column) => `rgb(${palette[png.data[row * png.width + column]!]!.slice(0, 3).join(', ')})`,
  };
}

describe('indexedPng', () => {
  it('is read by another decoder, checksums included', () => {
    const pixels = Uint8Array.from({ length: 15 }, (_, at) => 17 * at);
    const palette = Uint8Array.from({ length: 1024 }, (_, at) => (at % 4 === 3 ? 255 : (at * 7) % 256));
    const png = decode(indexedPng({ width: 5, height: 3, pixels, palette }), { checkCrc: true });
    expect([png.width, png.height, png.depth, png.channels]).toEqual([5, 3, 8, 1]);
    expect([...png.data]).toEqual([...pixels]);
    expect(png.palette?.[2]?.slice(0, 3)).toEqual([...palette.subarray(8, 11)]);
  });
});

describe('gatePicture', () => {
  it('has a row for all classes and one for each, a column for each channel', () => {
    const block = blockOf('se', [
      [0, 1],
      [1, 0.5],
    ]);
    const trace = traceOf([block], { imagesPerClass: [1, 3], classNames: ['cat', '<dog & "co">'] });
    const { svg, channels, classes } = gatePicture(block, trace, unit, '#123456');
    const pixels = pixelsOf(svg);
    expect([pixels.width, pixels.height]).toEqual([2, 3]);
    expect([channels, classes]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    const all = (3 * 0.5 + 1) / 4;
    const expected = [
      [0.75, all],
      [0, 1],
      [1, 0.5],
    ];
    // 256 colours: as near as the table comes.
    expected.forEach((gates, row) =>
      gates.forEach((gate, column) =>
        expect(pixels.colour(row, column)).toBe(unit.colour(Math.round(gate * 255) / 255)),
      ),
    );
    expect(svg).toContain('fill="#123456"');
    expect([...svg.matchAll(/>([^<>]*)<\/text>/g)].map(([, text]) => text)).toEqual([
      'all classes',
      'cat',
      '&#60;dog &#38; &#34;co&#34;&#62;',
      '0',
    ]);
  });

  it('leaves out classes without images, and what is too much to see', () => {
    const rows = Array.from({ length: 40 }, (_, label) =>
      // Channels 100 and up tell classes apart, classes 10 and up stand out.
      Array.from({ length: 200 }, (_, channel) =>
        channel >= 100 && label >= 10 ? (label % 2 ? 0.9 : 0.1) : 0.5,
      ),
    );
    const block = blockOf('se', rows);
    const few = gatePicture(
      block,
      traceOf([block], { imagesPerClass: rows.map((_, label) => (label < 3 ? 1 : 0)) }),
      unit,
      '#000',
    );
    expect(few.classes).toEqual([0, 1, 2]);
    const { svg, channels, classes } = gatePicture(block, traceOf([block]), unit, '#000');
    expect([classes.length, channels.length]).toEqual([20, 96]);
    expect(Math.min(...classes)).toBeGreaterThanOrEqual(10);
    expect(Math.min(...channels)).toBeGreaterThanOrEqual(100);
    expect(channels).toEqual([...channels].sort((one, other) => one - other));
    expect(svg.length).toBeLessThan(12_000);
  });
});
