import { describe, expect, it } from 'vitest';
import type { BlockExcitation } from '../../../src/core/excitation/excitationSummary';
import { escapeMarkdown, gateHover } from '../../../src/host/editor/gates/gateHover';

/** Two classes (1 and 3 images), two channels: class means [0.2, 0.8] and [0.6, 0.4]. */
const block: BlockExcitation = {
  block: 'layer1.0.se',
  channels: 2,
  mean: [0.2, 0.8, 0.6, 0.4],
  deviation: [0, 0, 0, 0],
  saturatedLow: 0.25,
  saturatedHigh: 0.005,
};
const summary = { classes: 2, imagesPerClass: [1, 3], blocks: [block] };
const range = { low: 0.25, high: 0.75 };
const source = { label: 'Example', detail: 'with SE, seed 3, epoch 2', summary };

describe('gateHover', () => {
  it('has a row a block with mean, spreads and saturation', () => {
    const row = gateHover([block], source, range)
      .split('\n')
      .find((line) => line.startsWith('| layer1'));
    // Channel means over images: (0.2 + 3 * 0.6) / 4 = 0.5 and (0.8 + 3 * 0.4) / 4 = 0.5; class spread: sd(0.2, 0.6) = sd(0.8, 0.4) = 0.2.
    expect(row).toBe('| layer1\\.0\\.se | 0.500 | 0.000 | 0.200 | 25% / 1% |  |');
  });

  it('says which run, arm, epoch and seed it is from', () => {
    expect(gateHover([block], source, range)).toContain('Example, with SE, seed 3, epoch 2');
    expect(gateHover([block], source, range)).toContain('dark blue 0.25 to yellow 0.75');
  });

  it('lets no markup of a name through', () => {
    const label =
      '[x](command:workbench.action.quit) <img src=x onerror=y> | **b** `c`\n# h $(x) https://evil.example';
    const text = gateHover([{ ...block, block: 'a|b' }], { ...source, label }, range);
    const links = text.match(/(?<!\\)\]\([^)]*\)/g);
    expect(links).toEqual(['](command:sePlayground.showHeatmap)']);
    expect(text).not.toContain('<');
    expect(text).not.toMatch(/(?<!\\)`/);
    expect(text).not.toContain('\n# h');
    expect(text).toContain('a\\|b');
  });

  it('escapes to text that reads the same', () => {
    const text = 'a*b_c [d](e) <f> & g|h ~i~ 1. j! {k} #l +m -n \\o `p` $q';
    const entities = (escaped: string) =>
      escaped.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
    expect(entities(escapeMarkdown(text)).replace(/\\(.)/g, '$1')).toBe(text);
  });
});
