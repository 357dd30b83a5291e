import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeJson } from '../../../src/core/weights/jsonBytes';

describe('JSON as bytes', () => {
  it('is what every other reader of UTF-8 and JSON reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = new TextDecoder('utf-8', { fatal: true }).decode(encodeJson(value));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('decodes exactly the bytes that are UTF-8', () => {
    const texts = fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), texts), (bytes) => {
        let expected: string | undefined;
        try {
          expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        } catch {
          expected = undefined;
        }
        if (expected === undefined) expect(() => decodeUtf8(bytes)).toThrow(URIError);
        else expect(decodeUtf8(bytes)).toBe(expected);
      }),
    );
  });
});
