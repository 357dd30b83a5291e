import { describe, it, expect } from 'vitest';
import { deflateSync } from 'node:zlib';
import { PlaygroundError } from '../../../src/core/errors';
import { decodeQuickSubset, encodeQuickSubset } from '../../../src/core/data/quickSubset';
import { createRandom } from '../../../src/core/data/random';
import { crcOracle } from '../../support/crcOracle';
import { sameImages } from './sameImages';
import { smallImages } from './smallImages';

const subset = { train: smallImages(20), test: smallImages(6, 2) };
const file = encodeQuickSubset(subset);

/** The bytes changed at one place, with the checksum put right: what damage looks like to a decoder that trusts checksums. */
function forged(change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = file.slice();
  const view = new DataView(bytes.buffer);
  change(view, bytes);
  const covered = Buffer.concat([bytes.subarray(0, 16), bytes.subarray(20)]);
  view.setUint32(16, crcOracle(covered), true);
  return bytes;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof PlaygroundError) return thrown.code;
    throw thrown;
  }
  return 'no error';
}

describe('quick subset', () => {
  it('gives back the very bytes', () => {
    const decoded = decodeQuickSubset(file);
    expect(sameImages(decoded.train, subset.train)).toBe(true);
    expect(sameImages(decoded.test, subset.test)).toBe(true);
  });

  it('gives back noise and extremes', () => {
    const { integer } = createRandom(3, 'noise');
    const images = new Uint8Array(4 * 3072).map((_, index) =>
      index < 6144 ? integer(256) : integer(2) * 255,
    );
    const noise = { images, labels: Uint8Array.of(0, 9, 1, 8) };
    const empty = { images: new Uint8Array(), labels: new Uint8Array() };
    const decoded = decodeQuickSubset(encodeQuickSubset({ train: noise, test: empty }));
    expect(sameImages(decoded.train, noise)).toBe(true);
    expect(sameImages(decoded.test, empty)).toBe(true);
  });

  it('decodes from the middle of a larger buffer', () => {
    const shifted = new Uint8Array(file.length + 7);
    shifted.set(file, 5);
    const decoded = decodeQuickSubset(shifted.subarray(5, 5 + file.length));
    expect(sameImages(decoded.test, subset.test)).toBe(true);
  });

  it('is smaller than deflate by far', () => {
    const raw = Buffer.concat([subset.train.images, subset.test.images]);
    expect(file.length).toBeLessThan(0.75 * deflateSync(raw, { level: 9 }).length);
  });

  it('refuses what is no subset', () => {
    expect(codeOf(() => decodeQuickSubset(new Uint8Array()))).toBe('data/quick-format');
    expect(codeOf(() => decodeQuickSubset(new Uint8Array(100)))).toBe('data/quick-format');
    expect(codeOf(() => decodeQuickSubset(file.subarray(0, 19)))).toBe('data/quick-format');
  });

  it('refuses every truncation and every changed byte', () => {
    for (let end = 20; end < file.length; end += 997) {
      expect(codeOf(() => decodeQuickSubset(file.subarray(0, end)))).toBe('data/quick-damaged');
    }
    for (let at = 4; at < file.length; at += 499) {
      const changed = file.slice();
      changed[at]! ^= 0x10;
      expect(codeOf(() => decodeQuickSubset(changed))).toBe('data/quick-damaged');
    }
  });

  it('refuses headers that lie, with a checksum that is right', () => {
    const huge = forged((view) => view.setUint32(4, 4_000_000_000, true));
    const longer = forged((view) => view.setUint32(12, view.getUint32(12, true) + 1, true));
    const badLabel = forged((_, bytes) => bytes.fill(10, 20, 21));
    for (const bytes of [huge, longer, badLabel]) {
      expect(codeOf(() => decodeQuickSubset(bytes))).toBe('data/quick-damaged');
    }
  });

  it('refuses coded images that end too early', () => {
    const cut = file.slice(0, file.length - 2000);
    const view = new DataView(cut.buffer);
    view.setUint32(12, view.getUint32(12, true) - 2000, true);
    view.setUint32(16, crcOracle(Buffer.concat([cut.subarray(0, 16), cut.subarray(20)])), true);
    expect(codeOf(() => decodeQuickSubset(cut))).toBe('data/truncated');
  });
});
