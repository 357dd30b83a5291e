import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PAPER_CHOICE,
  readStoredChoice,
  storedChoice,
  withArguments,
} from '../../../src/host/editor/verbs/seChoice';
import {
  asks,
  CONVERT_KEYS,
  INSERT_KEYS,
  readVerbArguments,
  REMOVE_KEYS,
} from '../../../src/host/editor/verbs/verbArguments';

describe('arguments of the SE commands', () => {
  it('are read as they were said', () => {
    const given = { variant: '3x3', reduction: 8, squeeze: 'max', gate: 'tanh', bias: false, offset: 12 };
    expect(readVerbArguments(given, INSERT_KEYS)).toEqual({ ok: true, given });
  });

  it('are none where nothing was said, which is not the same as an empty object', () => {
    expect(readVerbArguments(undefined, INSERT_KEYS)).toEqual({ ok: true, given: null });
    expect(asks(null)).toBe(true);
    expect(asks({})).toBe(false);
    expect(asks({ reduction: 4, preview: true })).toBe(true);
  });

  it.each([
    [{ reducton: 8 }, '"reducton"'],
    [{ scope: 'file' }, '"scope"'],
    [{ reduction: '8' }, '"reduction" must be a whole number from 1; it is "8"'],
    [{ reduction: 2.5 }, '"reduction"'],
    [{ reduction: Infinity }, '"reduction"'],
    [{ bias: 1 }, '"bias" must be true or false'],
    [{ framework: 'caffe' }, '"framework" must be one of "pytorch"'],
    [{ line: 0 }, '"line" must be a whole number from 1'],
    [{ offset: -1 }, '"offset"'],
    [{ offset: 1, line: 1 }, 'not both'],
    [[8], 'must be an object'],
    [8, 'must be an object'],
  ])('%j is refused, and the message says what is wrong', (argument, words) => {
    const reading = readVerbArguments(argument, INSERT_KEYS);
    expect(reading.ok).toBe(false);
    expect(reading.ok || reading.message).toContain(words);
  });

  it('are those of the command: a removal has no options, a conversion has a scope', () => {
    expect(readVerbArguments({ reduction: 8 }, REMOVE_KEYS).ok).toBe(false);
    expect(readVerbArguments({ scope: 'class' }, CONVERT_KEYS).ok).toBe(true);
    expect(readVerbArguments({ scope: 'all' }, CONVERT_KEYS).ok).toBe(false);
  });

  it('never make it throw', () => {
    fc.assert(fc.property(fc.anything(), (thing) => void readVerbArguments(thing, CONVERT_KEYS)));
  });
});

describe('the last choice of a workspace', () => {
  const choice = withArguments(PAPER_CHOICE, {
    variant: 'pre',
    reduction: 8,
    gate: 'hard-sigmoid',
    bias: false,
  });

  it('comes back as it was kept, with and without a place', () => {
    for (const one of [choice, PAPER_CHOICE])
      expect(readStoredChoice(JSON.parse(JSON.stringify(storedChoice(one))))).toEqual(one);
  });

  it.each([undefined, null, 7, { reduction: 'many' }, { gate: 'swish' }, { colour: 'red' }])(
    '%j, which no version of ours keeps, counts as nothing',
    (stored) => expect(readStoredChoice(stored)).toBeNull(),
  );
});
