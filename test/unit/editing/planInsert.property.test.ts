/**
 * Whatever the cursor: a refusal, or code that parses as well as before with edits that are apart. Python results are
 * also given to Python's own parser, and inserting a second time at the same cursor is refused or lands elsewhere.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, planInsert } from '../../../src/core/editing/planInsert';
import {
  errorCount,
  languageOf,
  PAPER_OPTIONS,
  PYTHON,
  PYTHON_NOTE,
  pythonErrors,
  sample,
  SAMPLES,
} from './planHarness';

const optionsArbitrary = fc.record({
  reduction: fc.constantFrom(1, 2, 4, 8, 16, 32),
  squeeze: fc.constantFrom('avg' as const, 'max' as const),
  gate: fc.constantFrom('sigmoid' as const, 'hard-sigmoid' as const, 'tanh' as const, 'relu' as const),
  bias: fc.boolean(),
});

describe.each(SAMPLES)('any cursor in %s', (name) => {
  const text = sample(name);
  const language = languageOf(name);
  const before = errorCount(text, language);
  const results = new Set<string>();

  it('is refused with a reason, or gives clean edits', () => {
    let planned = 0;
    fc.assert(
      fc.property(fc.nat(text.length), optionsArbitrary, fc.boolean(), (offset, options, crlf) => {
        const source = crlf ? text.replace(/\n/g, '\r\n') : text;
        const answer = planInsert({ text: source, language, offset, options });
        if (!answer.ok) {
          expect(answer.reason.message.length).toBeGreaterThan(20);
          expect(answer.fallback).toContain('$0');
          return;
        }
        planned += 1;
        let end = -1;
        for (const edit of answer.plan.edits) {
          expect(edit.offset).toBeGreaterThan(end);
          expect(edit.length).toBe(0);
          end = edit.offset + edit.length;
        }
        expect(end).toBeLessThanOrEqual(source.length);
        const result = applyEdits(source, answer.plan.edits);
        expect(errorCount(result, language)).toBeLessThanOrEqual(before);
        if (crlf) expect(result.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
        results.add(result);
      }),
      { numRuns: 60, seed: 20190517 },
    );
    expect(planned).toBeGreaterThan(0);
  });

  // Registered for Python only, so that a skip always means a missing interpreter.
  const forPython = language === 'python' ? it.skipIf(!PYTHON) : null;
  forPython?.(`satisfies Python's own parser${PYTHON_NOTE}`, () => {
    expect(pythonErrors([text, ...results]).filter((error) => error !== null)).toEqual([]);
  });

  it('does not insert twice at the end of the same branch', () => {
    fc.assert(
      fc.property(fc.nat(text.length), (offset) => {
        const first = planInsert({ text, language, offset, options: PAPER_OPTIONS });
        if (!first.ok || first.plan.summary.place !== 'residual-end') return;
        const moved = first.plan.edits
          .filter((edit) => edit.offset <= offset)
          .reduce((sum, edit) => sum + edit.newText.length, offset);
        const again = planInsert({
          text: applyEdits(text, first.plan.edits),
          language,
          offset: moved,
          options: PAPER_OPTIONS,
        });
        expect(again.ok ? again.plan.summary.where : again.reason.code).toBe('already-there');
      }),
      { numRuns: 30, seed: 20190517 },
    );
  });
});

describe('hostile text', () => {
  const languages = fc.constantFrom('python' as const, 'typescript' as const, 'javascript' as const);

  it('broken code: cut and joined samples never throw and never get worse', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.nat(4000),
        fc.nat(400),
        fc.nat(4000),
        (name, cut, length, offset) => {
          const whole = sample(name);
          const text = whole.slice(0, cut) + whole.slice(cut + length);
          const language = languageOf(name);
          const answer = planInsert({
            text,
            language,
            offset: Math.min(offset, text.length),
            options: PAPER_OPTIONS,
          });
          if (answer.ok) {
            expect(errorCount(applyEdits(text, answer.plan.edits), language)).toBeLessThanOrEqual(
              errorCount(text, language),
            );
          }
        },
      ),
      { numRuns: 150, seed: 20190517 },
    );
  });

  it('any text at all', () => {
    fc.assert(
      fc.property(languages, fc.string({ unit: 'grapheme', maxLength: 200 }), (language, noise) => {
        const head =
          language === 'python' ? 'import torch.nn as nn\n' : "import * as tf from '@tensorflow/tfjs';\n";
        const text = head + noise;
        expect(planInsert({ text, language, offset: text.length, options: PAPER_OPTIONS })).toHaveProperty(
          'ok',
        );
      }),
      { numRuns: 100, seed: 20190517 },
    );
  });

  it.each(['(', '[', '{', 'f(', 'x + (', 'if x:\n ', 'a.b(', 'lambda: '])(
    'nesting of %j without end',
    (opening) => {
      const text = `import torch.nn as nn\nx = ${opening.repeat(5000)}`;
      expect(planInsert({ text, language: 'python', offset: text.length, options: PAPER_OPTIONS }).ok).toBe(
        false,
      );
      const script = `import * as tf from '@tensorflow/tfjs';\nx = ${opening.repeat(5000)}`;
      expect(
        planInsert({ text: script, language: 'typescript', offset: script.length, options: PAPER_OPTIONS })
          .ok,
      ).toBe(false);
    },
  );

  it('a sum of ten thousand terms', () => {
    const text = `import torch.nn as nn\nx = ${'y + '.repeat(10_000)}y\n`;
    expect(planInsert({ text, language: 'python', offset: 30, options: PAPER_OPTIONS }).ok).toBe(false);
  });
});
