import { describe, expect, it } from 'vitest';
import { COLOUR_STEPS, divergingScale, sequentialScale } from '../../../src/core/excitation/colourScale';
import { THEMES } from '../../webview/support/themes';

type Triple = [number, number, number];

/**
 * G. Machado, M. Oliveira, L. Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1, on
 * linear RGB, row-major.
 */
const VISION: Record<string, readonly number[]> = {
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

const linear = (byte: number) => {
  const part = byte / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};

function seen(colour: Triple, vision: string): Triple {
  const matrix = VISION[vision]!;
  const [red, green, blue] = colour.map(linear) as Triple;
  const row = (at: number) =>
    Math.min(1, Math.max(0, matrix[at]! * red + matrix[at + 1]! * green + matrix[at + 2]! * blue));
  return [row(0), row(3), row(6)];
}

const luminance = ([red, green, blue]: Triple) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** CIE L*, a*, b* under D65. */
function lab([red, green, blue]: Triple): Triple {
  const f = (t: number) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = f((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = f(luminance([red, green, blue]));
  const z = f((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const parsed = (colour: string) => colour.match(/\d+/g)!.map(Number) as Triple;
const contrast = (one: number, other: number) =>
  (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
const hex = (text: string) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)) as Triple;

const PARTS = Array.from({ length: 33 }, (_, index) => index / 32);

describe.each(Object.keys(VISION))('to %s vision', (vision) => {
  it('the gates grow in even steps of lightness', () => {
    const scale = sequentialScale(0, 1);
    const lightness = PARTS.map((part) => lab(seen(parsed(scale.colour(part)), vision))[0]);
    const steps = lightness.slice(1).map((value, index) => value - lightness[index]!);
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(mean).toBeGreaterThan(1.2);
    for (const step of steps) expect(step).toBeGreaterThan(0.4 * mean);
  });

  it.each([true, false])('differences leave the grey in lightness to both sides, dark: %s', (dark) => {
    const scale = divergingScale(1, dark);
    const at = (value: number) => lab(seen(parsed(scale.colour(value)), vision));
    for (const side of [-1, 1]) {
      const lightness = PARTS.map((part) => at(side * part)[0]);
      const away = dark ? 1 : -1;
      lightness.slice(1).forEach((value, index) => {
        expect(away * (value - lightness[index]!), `${side} ${index}`).toBeGreaterThan(0.2);
      });
    }
    // The sign is told by hue: half the reach to both sides is far apart.
    const [below, above] = [at(-0.5), at(0.5)];
    expect(Math.hypot(...below.map((part, index) => part - above[index]!))).toBeGreaterThan(20);
  });
});

describe.each(THEMES)('on the background of $name', ({ variables, kind }) => {
  const isDark = kind === 'vscode-dark' || kind === 'vscode-high-contrast';
  const backgrounds = ['editor-background', 'editorWidget-background'].map((name) => {
    const colour = (variables as Record<string, string | undefined>)[name];
    return luminance(seen(hex(colour!), 'full'));
  });

  it('no cell disappears', () => {
    const gates = sequentialScale(0, 1);
    const differences = divergingScale(1, isDark);
    for (const background of backgrounds) {
      for (const part of PARTS) {
        for (const colour of [gates.colour(part), differences.colour(2 * part - 1)]) {
          const found = contrast(luminance(seen(parsed(colour), 'full')), background);
          expect(found, colour).toBeGreaterThanOrEqual(1.5);
        }
      }
    }
  });
});

describe('scales', () => {
  it('give the same colours one by one and as a table', () => {
    for (const scale of [sequentialScale(0.2, 0.7), divergingScale(0.3, true)]) {
      const bytes = scale.bytes();
      for (const step of [0, 1, 100, 128, COLOUR_STEPS - 1]) {
        const value = scale.low + (step / (COLOUR_STEPS - 1)) * (scale.high - scale.low);
        expect([...bytes.subarray(4 * step, 4 * step + 4)]).toEqual([...parsed(scale.colour(value)), 255]);
      }
    }
  });

  it('end where they end, and have a middle where they are flat', () => {
    const scale = sequentialScale(0, 1);
    expect([scale.colour(-9), scale.colour(9)]).toEqual([scale.colour(0), scale.colour(1)]);
    expect(sequentialScale(1, 1).colour(1)).toBe(scale.colour(0.5));
  });
});
