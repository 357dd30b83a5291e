import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/core/editing/planInsert';
import { lineOfLastEdit, lineToShow } from '../../../src/host/editor/preview/lineToShow';
import { undecodedPlace } from '../../../src/host/editor/verbs/undecoded';

const TEXT = 'zero\none\ntwo\nthree\n';
const insertAt = (words: string, newText: string) => ({ offset: TEXT.indexOf(words), length: 0, newText });
const after = (...edits: ReturnType<typeof insertAt>[]) => ({ text: applyEdits(TEXT, edits), edits });

describe('the line that a preview shows', () => {
  const call = insertAt('three', 'call\n');
  const first = after(insertAt('one', 'class\n'), call);

  it('is that of the last edit, the call of the block', () => {
    expect(first.text.split('\n')[lineToShow(null, first) ?? -1]).toBe('call');
    const behind = { offset: TEXT.indexOf('\nthree'), length: 0, newText: '\n    call' };
    const text = applyEdits(TEXT, [behind]);
    expect(text.split('\n')[lineOfLastEdit(text, [behind]) ?? -1]).toBe('    call');
  });

  it('is what became different where the call stayed', () => {
    const other = after(insertAt('one', 'class with another gate\n'), call);
    expect(other.text.split('\n')[lineToShow(first, other) ?? -1]).toBe('class with another gate');
  });

  it('is none where nothing became different, and where there are no edits', () => {
    expect(lineToShow(first, first)).toBeNull();
    expect(lineToShow(null, { text: TEXT, edits: [] })).toBeNull();
  });

  it('counts the lines of Windows', () => {
    expect(lineOfLastEdit('a\r\nb\r\nc', [{ offset: 6, length: 1, newText: 'c' }])).toBe(2);
  });
});

describe('text that could not be decoded', () => {
  const text = 'x = 1  # na\uFFFDve\ny = 2\n';

  it('is not to be edited on its line', () => {
    expect(undecodedPlace(text, [{ offset: 2, length: 0, newText: 'z' }])).toMatch(/Reopen the file/);
    expect(
      undecodedPlace(text, [{ offset: text.indexOf('y'), length: 0, newText: '\uFFFD' }]),
    ).not.toBeNull();
  });

  it('does not matter on other lines', () => {
    expect(undecodedPlace(text, [{ offset: text.indexOf('y'), length: 0, newText: 'z' }])).toBeNull();
    expect(undecodedPlace('plain', [{ offset: 0, length: 0, newText: 'z' }])).toBeNull();
  });
});
