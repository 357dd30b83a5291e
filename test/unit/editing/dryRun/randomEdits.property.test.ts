/** Whatever a file looks like while somebody types: reading it never throws and ends in time, and says nothing about broken places. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceLanguage } from '../../../../src/core/codegen/seSnippets';
import { evaluateIn, readNetworks } from '../../../../src/core/editing/dryRun/readNetworks';
import { SourceFile } from '../../../../src/core/editing/syntax/sourceFile';

const folder = new URL('sources/', import.meta.url);
const sources = readdirSync(folder);

/** Where, how much is cut, and what is put there instead. */
const editArbitrary = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof(fc.nat(3), fc.nat(200)),
  put: fc.oneof(
    fc.constantFrom('', '(', ')', ']', '{', ':', '\n', '    ', ' = ', '*', '**', '.', ',', "'", '#', '@'),
    fc.constantFrom(
      'self',
      'None',
      '0',
      '1.5',
      '-1',
      '10 ** 9',
      'x',
      'lambda: ',
      'not ',
      ' if x else ',
      ' for x in y',
    ),
    fc.constantFrom(
      'return\n',
      'yield x\n',
      'del x\n',
      'raise X\n',
      'while True: pass\n',
      'import a.b as c\n',
      'x += [x]\n',
    ),
    fc.string({ maxLength: 6 }),
  ),
});

function edited(text: string, edits: readonly { at: number; cut: number; put: string }[]): string {
  return edits.reduce((current, { at, cut, put }) => {
    const offset = Math.floor(at * current.length);
    return current.slice(0, offset) + put + current.slice(offset + cut);
  }, text);
}

function languageOf(name: string): SourceLanguage {
  return name.endsWith('.py') ? 'python' : name.endsWith('.ts') ? 'typescript' : 'javascript';
}

describe.each(sources)('%s with random edits', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');

  it('never throws and never hangs', () => {
    fc.assert(
      fc.property(fc.array(editArbitrary, { minLength: 1, maxLength: 6 }), (edits) => {
        const file = new SourceFile(edited(text, edits), languageOf(name));
        for (const report of readNetworks(file)) {
          expect(report.complete).toBe(report.why === undefined);
          for (const block of report.blocks.slice(0, 20)) {
            const value = evaluateIn(block, 'planes * self.expansion');
            expect(value === null || Number.isFinite(value)).toBe(true);
            expect(block.stage.path.length + block.env.size).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
