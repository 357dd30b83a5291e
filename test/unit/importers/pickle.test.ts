import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPickle } from '../../../src/core/data/importers/pickle';
import { PICKLE_LIMITS } from '../../../src/core/data/importers/pickleReader';
import {
  PickleArray,
  type PickleText,
  type PickleTuple,
} from '../../../src/core/data/importers/pickleValues';
import { PlaygroundError } from '../../../src/core/errors';
import {
  BUILD,
  MARK,
  REDUCE,
  ascii,
  get,
  global,
  integer,
  join,
  longString,
  pickle,
  put,
  python2Batch,
  shortString,
  unicode,
} from './pickleBytes';

const codeOf = (bytes: Uint8Array): string => {
  try {
    readPickle(bytes);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof PlaygroundError)) throw error;
    return error.code;
  }
};
const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const raw = (...values: number[]) => Uint8Array.from(values);

/**
 * Written by CPython 3 and numpy 2 from
 * {b'batch_label': b'training batch 1 of 5', b'labels': [6, 9, 300, 70000, -1, 2**31, -2**33],
 *  b'data': np.array([[0, 1, 127], [128, 200, 255]], dtype=np.uint8),
 *  b'flags': [True, False, None, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), b'\xff\x00', 'hé']}
 */
const BY_PYTHON = {
  'protocol 2':
    'gAJ9cQAoY19jb2RlY3MKZW5jb2RlCnEBWAsAAABiYXRjaF9sYWJlbHECWAYAAABsYXRpbjFxA4ZxBFJxBWgBWBUAAAB0cmFpbmluZyBiYXRjaCAxIG9mIDVxBmgDhnEHUnEIaAFYBgAAAGxhYmVsc3EJaAOGcQpScQtdcQwoSwZLCU0sAUpwEQEASv////+KBQAAAIAAigUAAAAA/mVoAVgEAAAAZGF0YXENaAOGcQ5ScQ9jbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcRBjbnVtcHkKbmRhcnJheQpxEUsAhXESaAFYAQAAAGJxE2gDhnEUUnEVh3EWUnEXKEsBSwJLA4ZxGGNudW1weQpkdHlwZQpxGVgCAAAAdTFxGomIh3EbUnEcKEsDWAEAAAB8cR1OTk5K/////0r/////SwB0cR5iiWgBWAkAAAAAAX/CgMOIw79xH2gDhnEgUnEhdHEiYmgBWAUAAABmbGFnc3EjaAOGcSRScSVdcSYoiIlOKUsBhXEnSwFLAoZxKEsBSwJLA4dxKShLAUsCSwNLBHRxKmgBWAMAAADDvwBxK2gDhnEsUnEtWAMAAABow6lxLmV1Lg==',
  'protocol 3':
    'gAN9cQAoQwtiYXRjaF9sYWJlbHEBQxV0cmFpbmluZyBiYXRjaCAxIG9mIDVxAkMGbGFiZWxzcQNdcQQoSwZLCU0sAUpwEQEASv////+KBQAAAIAAigUAAAAA/mVDBGRhdGFxBWNudW1weS5fY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxBmNudW1weQpuZGFycmF5CnEHSwCFcQhDAWJxCYdxClJxCyhLAUsCSwOGcQxjbnVtcHkKZHR5cGUKcQ1YAgAAAHUxcQ6JiIdxD1JxEChLA1gBAAAAfHERTk5OSv////9K/////0sAdHESYolDBgABf4DI/3ETdHEUYkMFZmxhZ3NxFV1xFiiIiU4pSwGFcRdLAUsChnEYSwFLAksDh3EZKEsBSwJLA0sEdHEaQwL/AHEbWAMAAABow6lxHGV1Lg==',
};

/** class E: __reduce__ = lambda self: (os.system, ('touch /tmp/se-playground-pwned',)), pickled by CPython 3. */
const EVIL_BY_PYTHON = {
  'protocol 2': 'gAJjcG9zaXgKc3lzdGVtCnEAWB4AAAB0b3VjaCAvdG1wL3NlLXBsYXlncm91bmQtcHduZWRxAYVxAlJxAy4=',
  'protocol 3': 'gANjcG9zaXgKc3lzdGVtCnEAWB4AAAB0b3VjaCAvdG1wL3NlLXBsYXlncm91bmQtcHduZWRxAYVxAlJxAy4=',
};

describe('readPickle on what Python writes', () => {
  it.each(Object.entries(BY_PYTHON))('reads %s', (_, base64) => {
    const value = readPickle(fromBase64(base64));
    expect(value).toBeInstanceOf(Map);
    const batch = value as Map<string, unknown>;
    expect([...batch.keys()]).toEqual(['batch_label', 'labels', 'data', 'flags']);
    expect(Buffer.from(batch.get('batch_label') as Uint8Array).toString()).toBe('training batch 1 of 5');
    expect(batch.get('labels')).toEqual([6, 9, 300, 70_000, -1, 2 ** 31, -(2 ** 33)]);
    const array = batch.get('data') as PickleArray;
    expect(array).toBeInstanceOf(PickleArray);
    expect([array.shape, array.dtype, array.columnMajor]).toEqual([[2, 3], 'u1', false]);
    expect([...array.data]).toEqual([0, 1, 127, 128, 200, 255]);
    const flags = batch.get('flags') as unknown[];
    expect(flags.slice(0, 3)).toEqual([true, false, null]);
    expect(flags.slice(3, 8).map((tuple) => (tuple as PickleTuple).items)).toEqual([
      [],
      [1],
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
    expect([...(flags[8] as Uint8Array)]).toEqual([255, 0]);
    expect(Buffer.from((flags[9] as PickleText).utf8).toString('utf8')).toBe('hé');
  });
});

describe('readPickle on hostile pickles', () => {
  it.each(Object.entries(EVIL_BY_PYTHON))('refuses os.system in %s and runs nothing', (_, base64) => {
    expect(() => readPickle(fromBase64(base64))).toThrow(/posix\.system/);
    expect(codeOf(fromBase64(base64))).toBe('data/pickle-unsafe');
    expect(existsSync('/tmp/se-playground-pwned')).toBe(false);
  });

  it.each([
    ['os', 'system'],
    ['__builtin__', 'eval'],
    ['builtins', 'getattr'],
    ['copy_reg', '_reconstructor'],
    ['numpy.core.multiarray', 'scalar'],
    ['numpy.testing._private.utils', 'runstring'],
    ['numpy', 'load'],
    ['numpy ndarray', ''],
    ['constructor', ''],
    ['__proto__', ''],
  ])('refuses the name %s %s', (module, name) => {
    expect(codeOf(pickle(global(module, name), integer(0), raw(0x85), REDUCE))).toBe('data/pickle-unsafe');
  });

  it.each([
    ['INST', 'i'],
    ['OBJ', 'o'],
    ['NEWOBJ', '\x81'],
    ['EXT1', '\x82'],
    ['STACK_GLOBAL', '\x93'],
    ['NEWOBJ_EX', '\x92'],
    ['NEXT_BUFFER', '\x97'],
    ['PERSID', 'P'],
    ['BINPERSID', 'Q'],
    ['POP', '0'],
    ['DUP', '2'],
    ['STRING', 'S'],
    ['LONG4', '\x8b'],
  ])('refuses the opcode %s', (_, opcode) => {
    expect(codeOf(pickle(integer(1), integer(1), ascii(opcode)))).toBe('data/pickle-unsafe');
  });

  it('sets no attributes and calls no values', () => {
    expect(codeOf(pickle(ascii('}'), ascii('}'), BUILD))).toBe('data/pickle-invalid');
    expect(codeOf(pickle(ascii(']'), ascii(')'), BUILD))).toBe('data/pickle-invalid');
    expect(codeOf(pickle(ascii('}'), ascii(')'), REDUCE))).toBe('data/pickle-invalid');
    expect(codeOf(pickle(global('numpy', 'ndarray'), ascii(')'), REDUCE))).toBe('data/pickle-invalid');
  });

  it('keeps __proto__ an ordinary key', () => {
    const value = readPickle(pickle(ascii('}'), shortString('__proto__'), ascii('}'), ascii('s')));
    expect(value).toBeInstanceOf(Map);
    expect([...(value as Map<string, unknown>).keys()]).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Map.prototype);
  });

  it('believes no length beyond the file', () => {
    for (const opcode of ['T', 'B', 'X']) {
      expect(codeOf(join(raw(0x80, 2), ascii(opcode), raw(0xff, 0xff, 0xff, 0xff), ascii('abc')))).toBe(
        'data/pickle-invalid',
      );
    }
  });

  it('bounds stack, objects, memo, marks and names', () => {
    const flood = (opcode: string, times: number) => pickle(ascii(opcode.repeat(times)));
    expect(() => readPickle(flood('N', PICKLE_LIMITS.stack + 1))).toThrow(/stack/);
    expect(() => readPickle(flood('(', PICKLE_LIMITS.marks + 1))).toThrow(/deeply/);
    expect(() => readPickle(pickle(ascii('NNa')))).toThrow(/no list/);
    const appends = join(ascii(']'), ascii('Na'.repeat(PICKLE_LIMITS.objects)));
    expect(() => readPickle(pickle(appends))).toThrow(/more objects/);
    const puts = Array.from({ length: PICKLE_LIMITS.memo + 1 }, (_, index) => put(index + 256));
    expect(() => readPickle(pickle(ascii('N'), Buffer.concat(puts)))).toThrow(/remembers/);
    expect(() => readPickle(pickle(ascii(`c${'a'.repeat(200)}\nb\n`)))).toThrow(/endless/);
    expect(() => readPickle(new Uint8Array(PICKLE_LIMITS.bytes + 1))).toThrow(/larger/);
  });

  it('converts no more text than a file can hold, however often it is asked to', () => {
    const text = 'a'.repeat(1024 * 1024);
    const call = join(get(0), get(1), REDUCE);
    const bomb = pickle(
      MARK,
      join(global('_codecs', 'encode'), put(0)),
      join(unicode(text), unicode('latin1'), raw(0x86), put(1)),
      ...Array.from({ length: 1000 }, () => call),
      ascii('t'),
    );
    expect(() => readPickle(bomb)).toThrow(/converts more/);
  });

  it('refuses text that is not latin1, and other encodings', () => {
    const encode = (text: Uint8Array, encoding: string) =>
      pickle(global('_codecs', 'encode'), text, unicode(encoding), raw(0x86), REDUCE);
    expect(codeOf(encode(unicode('é'), 'latin1'))).toBe('accepted');
    expect(codeOf(encode(unicode('€'), 'latin1'))).toBe('data/pickle-invalid');
    expect(codeOf(encode(join(ascii('X'), raw(1, 0, 0, 0, 0xc3)), 'latin1'))).toBe('data/pickle-invalid');
    expect(codeOf(encode(unicode('a'), 'rot13'))).toBe('data/pickle-invalid');
  });
});

describe('readPickle on damaged pickles', () => {
  const batch = python2Batch({ labels: [1, 2], shape: [2, 3], data: raw(1, 2, 3, 4, 5, 6) });
  const allowed = ascii('()BCJKMNRTUX]abcehjqrstu}\x85\x86\x87\x88\x89\x8a.');

  it('accepts no proper beginning of a batch', () => {
    expect(codeOf(batch)).toBe('accepted');
    for (let length = 0; length < batch.length; length++) {
      expect(codeOf(batch.subarray(0, length))).toMatch(/^data\/pickle-/);
    }
  });

  it('underflows nowhere', () => {
    for (const opcode of ['a', 'b', 'e', 'h\x00', 'q\x00', 'R', 's', 't', 'u', '\x85', '\x86', '\x87', '.']) {
      expect(codeOf(pickle(ascii(opcode)))).toBe('data/pickle-invalid');
    }
    expect(codeOf(pickle(integer(1), MARK, ascii('a'), ascii('t')))).toBe('data/pickle-invalid');
    expect(codeOf(pickle(integer(1), integer(2)))).toBe('data/pickle-invalid');
    expect(codeOf(pickle(integer(1), MARK))).toBe('data/pickle-invalid');
    expect(codeOf(pickle(longString(raw(1)), MARK, ascii('u')))).toBe('data/pickle-invalid');
  });

  it('throws nothing but PlaygroundError (random bytes, random opcodes, mutated batches)', () => {
    const randomBytes = fc.uint8Array({ maxLength: 200 });
    const randomOpcodes = fc
      .array(fc.oneof(fc.constantFrom(...allowed), fc.integer({ min: 0, max: 255 })), { maxLength: 200 })
      .map((values) => join(raw(0x80, 2), Uint8Array.from(values)));
    const mutated = fc
      .array(fc.tuple(fc.nat(batch.length - 1), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 6,
      })
      .map((changes) => {
        const copy = batch.slice();
        for (const [index, value] of changes) copy[index] = value;
        return copy;
      });
    const input = fc.oneof(randomBytes, randomOpcodes, mutated);
    fc.assert(
      fc.property(input, (bytes) => {
        codeOf(bytes);
      }),
      { numRuns: 3000 },
    );
  });
});
