import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presetByKey } from '../../../src/core/model/presets';
import { costText } from '../../../src/host/definitions/costText';
import { renamedDefinition, uniqueFileName } from '../../../src/host/definitions/definitionText';
import { exampleSpec } from './runFixtures';

describe('renamedDefinition', () => {
  it('changes the name and not a character besides', () => {
    const text = '{\n\t"version": 1,   "name" : "old \\" name",\r\n  "se": "none" }\n';
    expect(renamedDefinition(text, 'new "one"')).toBe(text.replace('"old \\" name"', '"new \\"one\\""'));
  });

  it('gives a name to a definition without one', () => {
    expect(JSON.parse(renamedDefinition('{"version":1}', 'x'))).toEqual({ version: 1, name: 'x' });
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (text, name) => typeof renamedDefinition(text, name) === 'string',
      ),
    );
  });
});

describe('uniqueFileName', () => {
  it('makes a plain name and numbers it when it is taken', () => {
    const taken = new Set(['se-resnet-8-quick.senet.json', 'se-resnet-8-quick-2.senet.json']);
    const name = uniqueFileName('SE-ResNet-8, quick', '.senet.json', (candidate) => taken.has(candidate));
    expect(name).toBe('se-resnet-8-quick-3.senet.json');
  });

  it('is a legal file name for any input', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (stem) => {
        expect(uniqueFileName(stem, '.senet.json', () => false)).toMatch(
          /^[a-z0-9][a-z0-9-]{0,60}\.senet\.json$/,
        );
      }),
    );
  });
});

describe('costText', () => {
  it('gives large numbers of multiply-adds in thousands of millions', () => {
    const { spec } = presetByKey('resnet-50-imagenet')!;
    expect(costText(spec)).toBe('28,071,976 parameters (+9.8% by SE) · 4.10 G MACs (+0.3% by SE)');
  });

  it('gives the parameters of ResNet-8 counted by hand, and what SE adds', () => {
    // Convolutions 3*3*(3*16 + 2*16*16 + 16*32 + 32*32 + 32*64 + 64*64), 1x1 projections 16*32 + 32*64, BN 2*(3*16 + 3*32 + 3*64), dense 64*10 + 10.
    const plain =
      9 * (3 * 16 + 2 * 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64) +
      (16 * 32 + 32 * 64) +
      2 * (3 * 16 + 3 * 32 + 3 * 64) +
      (64 * 10 + 10);
    // r = 4: 2 * C * C/4 weights and C/4 + C biases a block.
    const se = [16, 32, 64].reduce((sum, c) => sum + 2 * c * (c / 4) + c / 4 + c, 0);
    expect(costText({ ...exampleSpec(), se: 'none' })).toContain(
      `${plain.toLocaleString('en-US')} parameters ·`,
    );
    const percent = ((100 * se) / plain).toFixed(1);
    expect(costText(exampleSpec())).toContain(
      `${(plain + se).toLocaleString('en-US')} parameters (+${percent}% by SE)`,
    );
  });
});
