import { describe, expect, it } from 'vitest';
import { gateHover } from '../../../src/host/editor/gates/gateHover';
import { commandLink, escapeMarkdown } from '../../../src/host/editor/gates/markdownText';
import { blockOf, EXAMPLE_SOURCE, svgsIn, traceOf } from './gatesFixture';

/** Two classes (1 and 3 images), two channels. */
const block = blockOf(
  'layer1.0.se',
  [
    [0.2, 0.8],
    [0.6, 0.4],
  ],
  { saturatedLow: 0.25, saturatedHigh: 0.004 },
);
const trace = traceOf([block], { imagesPerClass: [1, 3], classNames: ['cat', 'dog'] });
const found = { source: EXAMPLE_SOURCE, trace };
const hover = (over: Partial<Parameters<typeof gateHover>[0]> = {}) =>
  gateHover({ ...found, ...over }, ['layer1.0.se'], '#cccccc');
const entities = (escaped: string) =>
  escaped.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
const plain = (escaped: string) => entities(escaped).replace(/\\(.)/g, '$1');

describe('gateHover', () => {
  it('has the mean, spreads and saturation of a block, in a table where there are several', () => {
    expect(plain(hover())).toContain(
      'mean gate 0.500 · channel spread 0.000 · class spread 0.200 · 25% below 0.05, under 1% above 0.95',
    );
    const both = traceOf([block, { ...block, block: 'other' }], { imagesPerClass: [1, 3] });
    const row = gateHover({ ...found, trace: both }, ['layer1.0.se', 'other'], '#000000')
      .split('\n')
      .find((line) => line.startsWith('| layer1'));
    // Channel means over images: (0.2 + 3 * 0.6) / 4 = 0.5 and (0.8 + 3 * 0.4) / 4 = 0.5; class spread: sd(0.2, 0.6) = sd(0.8, 0.4) = 0.2.
    expect(row).toBe('| layer1\\.0\\.se | 0.500 | 0.000 | 0.200 | 25% | under 1% |');
  });

  it('says what stands out of each block, below the table', () => {
    const shut = blockOf('shut.se', [[0.01, 0.02]], { saturatedLow: 1 });
    const both = traceOf([blockOf('plain.se', [[0.2, 0.8]]), shut]);
    const text = plain(gateHover({ ...found, trace: both }, ['plain.se', 'shut.se'], '#000000'));
    expect(text).toContain(
      'shut.se: 100% of the gates are below 0.05: the block shuts most of its channels off.',
    );
    expect(text).not.toContain('plain.se:');
  });

  it('says where the gates are from, how many images they are of, and what the colours mean', () => {
    const text = plain(hover());
    expect(text).toContain('Example, with SE, seed 3, epoch 2');
    expect(text).toContain('4 images');
    expect(text).toContain('one row a class: dark blue 0.20 to yellow 0.80');
  });

  it('names the most class-selective channels with the classes at both ends', () => {
    expect(plain(hover())).toContain(
      'most class-selective: channel **0** (dog 0.60, cat 0.20), channel **1** (cat 0.80, dog 0.40)',
    );
    const flat = traceOf([
      blockOf('layer1.0.se', [
        [0.5, 0.5],
        [0.5, 0.5],
      ]),
    ]);
    expect(hover({ trace: flat })).toContain('no channel tells classes apart');
  });

  it('has a picture with the names of the classes', () => {
    const [svg, ...more] = svgsIn(hover());
    expect(more).toEqual([]);
    expect(svg).toContain('>cat</text>');
    expect(svg).toContain('>dog</text>');
  });

  it('says that the gates are outdated, and why', () => {
    expect(hover()).not.toContain('Outdated');
    expect(plain(hover({ stale: 'The network has 12 blocks now.' }))).toContain(
      '**Outdated.** The network has 12 blocks now.',
    );
    expect(plain(hover({ note: 'It was edited.' }))).toContain('It was edited.');
  });

  it('stays under the length at which VS Code cuts, with the last line whole', () => {
    const rows = Array.from({ length: 100 }, (_, label) =>
      Array.from({ length: 512 }, (_, channel) => Math.abs(Math.sin(label * 512 + channel))),
    );
    const blocks = Array.from({ length: 60 }, (_, index) => blockOf(`layer${index}.se`, rows));
    const large = traceOf(blocks, { classNames: rows.map((_, label) => `${'x'.repeat(200)}${label}`) });
    const text = gateHover(
      { ...found, trace: large },
      blocks.map(({ block }) => block),
      '#cccccc',
    );
    expect(text.length).toBeLessThan(100_000);
    expect(text).toMatch(/chooseGates\?[^)]*\)$/);
    expect(text).toContain('those that differ most');
    expect(text).toContain('and 20 more');
  });

  it('lets no markup of a name through', () => {
    const evil =
      '[x](command:workbench.action.quit) <img src=x onerror=y> | **b** `c`\n# h $(x) https://evil.example';
    const hostile = traceOf(
      [
        blockOf('a|b', [
          [0.1, 0.9],
          [0.4, 0.2],
        ]),
      ],
      { classNames: [evil, evil] },
    );
    const text = gateHover(
      { source: { ...EXAMPLE_SOURCE, label: evil }, trace: hostile, stale: evil },
      ['a|b'],
      '#000000',
    );
    const links = [...text.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, target = '']) =>
      target.replace(/[?,].*/s, ''),
    );
    expect(links).toEqual([
      'data:image/svg+xml;base64',
      'command:sePlayground.gates.show',
      'command:sePlayground.chooseGates',
    ]);
    expect(text).not.toContain('<');
    expect(text).not.toMatch(/(?<!\\)`/);
    expect(text).not.toContain('\n# h');
    expect(text).toContain('a\\|b');
    expect(svgsIn(text)[0]).not.toContain('<img');
  });
});

describe('Markdown', () => {
  it('is escaped to text that reads the same', () => {
    const text = 'a*b_c [d](e) <f> & g|h ~i~ 1. j! {k} #l +m -n \\o `p` $q';
    expect(plain(escapeMarkdown(text))).toBe(text);
  });

  it('carries arguments of commands with any characters', () => {
    const id = `recording:file:///a (1)/it's "x".json`;
    const link = commandLink('Show', 'some.command', id);
    const [, query = ''] = /^\[Show\]\(command:some\.command\?([^()]*)\)$/.exec(link) ?? [];
    expect(JSON.parse(decodeURIComponent(query))).toEqual([id]);
  });
});
