import { describe, expect, it } from 'vitest';
import { importPlace } from '../../../src/host/imports/importPlace';
import { bytesOf } from './logFixture';

const log = bytesOf('one\ntwo\n');

describe('importPlace', () => {
  it.each([
    ['new', undefined, false],
    ['same', 'one\ntwo\n', false],
    ['same', 'one\ntwo\n', true],
    ['continues', 'one\n', false],
    ['continues', 'one\n', true],
    ['differs', 'one\nthree\n', true],
    ['conflict', 'one\nthree\n', false],
    ['conflict', 'One\n', false],
    // Longer here: what is imported is the older.
    ['differs', 'one\ntwo\nthree\n', true],
    ['conflict', 'one\ntwo\nthree\n', false],
  ] as const)('%s: %j (imported: %s)', (place, here, imported) => {
    const stored = here === undefined ? undefined : { log: bytesOf(here), imported };
    expect(importPlace(log, stored)).toBe(place);
  });
});
