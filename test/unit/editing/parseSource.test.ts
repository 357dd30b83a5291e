import { parser as python } from '@lezer/python';
import { parser as javascript } from '@lezer/javascript';
import type { Tree } from '@lezer/common';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSource } from '../../../src/core/editing/syntax/parseSource';
import { languageOf, sample, SAMPLES } from './planHarness';

function nodes(tree: Tree): string[] {
  const found: string[] = [];
  tree.iterate({ enter: (node) => void found.push(`${node.name} ${node.from} ${node.to}`) });
  return found;
}

it('a text parsed after another, where it differs, has the tree of a text parsed alone', () => {
  const piece = fc.constantFrom(
    '\n',
    '    x = 1\n',
    '(',
    ')',
    '"""',
    ':',
    '# key\n',
    'class A:\n    pass\n',
    ' ',
    '',
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...SAMPLES),
      fc.array(fc.tuple(fc.nat(6000), fc.nat(40), piece), { minLength: 1, maxLength: 6 }),
      (name, edits) => {
        const language = languageOf(name);
        const alone =
          language === 'python'
            ? python
            : javascript.configure({ dialect: language === 'typescript' ? 'ts' : 'jsx' });
        let text = sample(name);
        parseSource(text, language);
        for (const [at, length, newText] of edits) {
          text = text.slice(0, at) + newText + text.slice(at + length);
          // What is one grammar here may be two there: numbers that Lezer's Python does not know, and TSX.
          if (/\d\.(?!\d)/.test(text) || /<\/|\/>/.test(text)) return;
          expect(nodes(parseSource(text, language))).toEqual(nodes(alone.parse(text)));
        }
      },
    ),
    { numRuns: 150, seed: 20190517 },
  );
});
