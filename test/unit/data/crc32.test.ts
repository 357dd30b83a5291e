import { describe, it, expect } from 'vitest';
import { crc32 } from '../../../src/core/data/crc32';
import { crcOracle } from '../../support/crcOracle';

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('crc32', () => {
  it('has the check value of the standard', () => {
    expect(crc32(ascii('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it('agrees with long division', () => {
    for (let length = 4; length < 60; length += 7) {
      const bytes = new Uint8Array(length).map((_, index) => (index * 37 + length) & 0xff);
      expect(crc32(bytes)).toBe(crcOracle(bytes));
    }
  });

  it('goes on from the checksum of the bytes before', () => {
    expect(crc32(ascii('6789'), crc32(ascii('12345')))).toBe(crc32(ascii('123456789')));
  });
});
