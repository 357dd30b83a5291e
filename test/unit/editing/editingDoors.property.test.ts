/** Every door of the editing room, on code that is cut, spliced, foreign or huge: an answer or a reason, never a throw, never worse code. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceLanguage } from '../../../src/core/codegen/seSnippets';
import { findSites } from '../../../src/core/editing/findSites';
import type { TextEdit } from '../../../src/core/editing/insertTypes';
import { SE_VARIANTS } from '../../../src/core/editing/insertTypes';
import { planChange } from '../../../src/core/editing/planChange';
import { planConvert } from '../../../src/core/editing/planConvert';
import { planDefinitionEdit } from '../../../src/core/editing/planDefinitionEdit';
import { applyEdits, planInsert } from '../../../src/core/editing/planInsert';
import { planRemove } from '../../../src/core/editing/planRemove';
import { errorCount, languageOf, PAPER_OPTIONS, sample, SAMPLES } from './planHarness';

type Planned =
  | { readonly ok: true; readonly plan: { readonly edits: readonly TextEdit[] } }
  | { readonly ok: false; readonly reason: { readonly message: string } };

function check(text: string, language: SourceLanguage, planned: Planned): string | null {
  if (!planned.ok) {
    expect(planned.reason.message).toMatch(/[.!]$/);
    return null;
  }
  let end = -1;
  for (const { offset, length } of planned.plan.edits) {
    expect(offset).toBeGreaterThanOrEqual(Math.max(end, 0));
    end = offset + length;
  }
  expect(end).toBeLessThanOrEqual(text.length);
  const result = applyEdits(text, planned.plan.edits);
  expect(errorCount(result, language)).toBeLessThanOrEqual(errorCount(text, language));
  return result;
}

/** All verbs on one text and cursor; what one verb makes is given to the next. */
function tryAll(text: string, language: SourceLanguage, at: number): void {
  const offset = Math.min(at, text.length);
  const { sites } = findSites({ text, language });
  for (const { statement } of sites) expect(statement.to).toBeLessThanOrEqual(text.length);
  const variant = SE_VARIANTS[at % SE_VARIANTS.length] ?? 'standard';
  check(text, language, planInsert({ text, language, offset, options: PAPER_OPTIONS, variant }));
  const converted = check(
    text,
    language,
    planConvert({ text, language, options: PAPER_OPTIONS, scope: { kind: 'file' } }),
  );
  const current = converted ?? text;
  const { uses } = findSites({ text: current, language });
  const target = uses[at % Math.max(1, uses.length)]?.offset ?? offset;
  const options = { ...PAPER_OPTIONS, reduction: 4, gate: 'tanh' as const };
  const changed = check(
    current,
    language,
    planChange({ text: current, language, offset: target, options, variant }),
  );
  const last = changed ?? current;
  check(last, language, planRemove({ text: last, language, offset: Math.min(target, last.length) }));
}

describe('every verb', () => {
  it('on samples with a stretch cut out or another spliced in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.constantFrom(...SAMPLES),
        fc.nat(4000),
        fc.nat(300),
        fc.nat(4000),
        (name, other, cut, length, offset) => {
          const whole = sample(name);
          const piece = sample(other).slice(offset, offset + (cut % 3 === 0 ? length : 0));
          tryAll(whole.slice(0, cut) + piece + whole.slice(cut + length), languageOf(name), offset);
        },
      ),
      { numRuns: 60, seed: 20190517 },
    );
  }, 120_000);

  it('on mixed tabs, CRLF, lone carriage returns and replacement characters', () => {
    const spoil = fc.constantFrom('\t', '\r\n', '\r', '\ufffd', '\u2028', '\0', '    ', ';', '\\\n');
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.array(fc.tuple(fc.nat(4000), spoil), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (name, spots, crlf) => {
          let text = sample(name);
          for (const [at, character] of spots) text = text.slice(0, at) + character + text.slice(at);
          tryAll(crlf ? text.replace(/\n/g, '\r\n') : text, languageOf(name), spots[0]?.[0] ?? 0);
        },
      ),
      { numRuns: 40, seed: 20190517 },
    );
  }, 120_000);

  it('keeps the line ends and the tabs of a file', () => {
    for (const name of SAMPLES.filter((one) => !/^ {2}\S/m.test(sample(one)))) {
      const text = sample(name)
        .replace(/\n/g, '\r\n')
        .replace(/^( {4})+/gm, (blanks) => '\t'.repeat(blanks.length / 4));
      const language = languageOf(name);
      const planned = planConvert({ text, language, options: PAPER_OPTIONS, scope: { kind: 'file' } });
      if (!planned.ok) continue;
      const result = applyEdits(text, planned.plan.edits);
      expect(result.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
      if (language === 'python') expect(result).not.toMatch(/^ {4}/m);
    }
  });

  it('on a file of more than ten thousand lines', () => {
    const block = sample('torchCifarBlocks.py').replace(/^(import|from) .*$/gm, '');
    const copies = Math.ceil(10_000 / block.split('\n').length);
    const text = `import torch.nn as nn\nimport torch.nn.functional as F\n${Array.from(
      { length: copies },
      (_, index) => block.replace(/^class (\w+)/gm, `class $1${index}`),
    ).join('\n')}`;
    expect(text.split('\n').length).toBeGreaterThan(10_000);
    const planned = planConvert({
      text,
      language: 'python',
      options: PAPER_OPTIONS,
      scope: { kind: 'file' },
    });
    const result = check(text, 'python', planned);
    expect(result?.split('class SqueezeExcite')).toHaveLength(2);
    expect(planned.ok && planned.plan.inserted.length).toBeGreaterThan(copies);
  }, 120_000);

  it('on definitions, whatever they hold', () => {
    const text = '{"version": 1, "name": "x", "backbone": {"depth": 8}, "se": {"reduction": 4}}';
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 12 }), (at, length, noise) => {
        const spoiled = text.slice(0, at) + noise + text.slice(at + length);
        for (const change of [
          { kind: 'remove' },
          { kind: 'set', options: { reduction: 8, gate: 'relu' }, variant: 'pre' },
        ] as const) {
          const planned = planDefinitionEdit(spoiled, change);
          if (planned.ok) JSON.parse(applyEdits(spoiled, planned.plan.edits));
          else expect(planned.reason.message).toMatch(/[.!]$/);
        }
      }),
      { numRuns: 300, seed: 20190517 },
    );
  });
});
