import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlaygroundError } from '../../../src/core/errors';
import { TRACE_LIMITS, type ExcitationTrace } from '../../../src/core/excitation/trace';
import { decodeTrace, encodeTrace, TRACE_VERSION } from '../../../src/core/excitation/traceFile';

const TRACE: ExcitationTrace = {
  producer: 'a test',
  model: 'Näive Net 🐈',
  recordedAt: '2026-01-31T12:00:00Z',
  epoch: 3,
  code: [{ file: 'net.py', fingerprint: `sha256:${'0a'.repeat(32)}` }],
  classNames: ['cat', 'dog'],
  imagesPerClass: [2, 0],
  images: [{ id: 'first', label: 0 }],
  blocks: [
    {
      block: 'layer1.0.se',
      channels: 3,
      gate: 'sigmoid',
      measured: 'activation',
      saturatedLow: 0.25,
      saturatedHigh: 0,
      mean: Float32Array.of(0.1, 0.2, 1, 0, 0, 0),
      deviation: Float32Array.of(0.5, 0, 0.25, 0, 0, 0),
      imageGates: Float32Array.of(0.3, 0, 1),
    },
    {
      block: 'layer2.0.se',
      channels: 1,
      measured: 'ratio',
      unknown: 0.5,
      saturatedLow: 0,
      saturatedHigh: 1,
      mean: Float32Array.of(7, 0),
      deviation: Float32Array.of(100, 0),
      imageGates: Float32Array.of(-3),
    },
  ],
};

type Json = Record<string, unknown> & {
  blocks: Record<string, unknown>[];
  images: Record<string, unknown>[];
};

/** The text of TRACE after a change of its JSON. */
function changed(change: (file: Json) => void): string {
  const file = JSON.parse(encodeTrace(TRACE)) as Json;
  change(file);
  return JSON.stringify(file);
}

function refusal(text: string): string {
  try {
    decodeTrace(text);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(PlaygroundError);
    expect((thrown as PlaygroundError).code).toBe('data/trace');
    return (thrown as PlaygroundError).message;
  }
  throw new Error(`accepted: ${text.slice(0, 200)}`);
}

const pack = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');

describe('trace files', () => {
  it('come back as they were', () => {
    expect(decodeTrace(encodeTrace(TRACE))).toEqual(TRACE);
  });

  it('are what docs/formats.md shows', () => {
    const page = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8');
    const { blocks } = decodeTrace(/```json\n([^]*?)```/.exec(page)![1]!);
    expect([...blocks[0]!.mean]).toEqual([0.5, 0.75, 0.25, 0.5]);
    expect([...blocks[0]!.deviation]).toEqual([0.0625, 0, 0, 0]);
    expect([...blocks[0]!.imageGates!]).toEqual([0.25, 0.5]);
  });

  it('come back as they were, whatever sizes they have', () => {
    const gate = fc.float({ min: 0, max: 1, noNaN: true });
    const traces = fc
      .record({
        classes: fc.integer({ min: 1, max: 4 }),
        images: fc.nat(3),
        channels: fc.array(fc.integer({ min: 1, max: 5 })),
      })
      .chain(({ classes, images, channels }) => {
        const array = (length: number) =>
          fc.float32Array({ minLength: length, maxLength: length, min: 0, max: 0.5, noNaN: true });
        return fc.record({
          gate,
          classes: fc.constant(classes),
          images: fc.array(fc.nat(classes - 1), { minLength: images, maxLength: images }),
          blocks: fc.tuple(
            ...channels.map((count) =>
              fc.tuple(array(classes * count), array(classes * count), array(images * count)),
            ),
          ),
          names: fc.array(fc.string({ maxLength: 20 }), { minLength: classes, maxLength: classes }),
        });
      });
    fc.assert(
      fc.property(traces, ({ gate: share, classes, images, blocks, names }) => {
        const trace: ExcitationTrace = {
          producer: '',
          model: '',
          recordedAt: '2026-01-31T12:00:00.123Z',
          classNames: names,
          imagesPerClass: names.map((_, label) => label),
          images: images.map((label, index) => ({ id: `${index}`, label })),
          blocks: blocks.map(([mean, deviation, gates], index) => ({
            block: `b${index}`,
            channels: mean.length / classes,
            measured: 'layer',
            saturatedLow: share,
            saturatedHigh: 0,
            mean,
            deviation,
            ...(images.length > 0 && { imageGates: gates }),
          })),
        };
        expect(decodeTrace(encodeTrace(trace))).toEqual(trace);
      }),
    );
  });

  it('name the block or the part that is wrong', () => {
    const cases: [RegExp, (file: Json) => void][] = [
      [/of format 2.*Update/, (file) => (file['version'] = TRACE_VERSION + 1)],
      [/of format 2.*Update/, (file) => Object.assign(file, { version: 2, blocks: 'in another way' })],
      [/version/, (file) => (file['version'] = 0)],
      [/no recording/, (file) => (file['format'] = 'another')],
      [/surprise/, (file) => (file['surprise'] = 1)],
      [/recordedAt/, (file) => (file['recordedAt'] = 'yesterday')],
      [
        /code\.0\.file/,
        (file) => (file['code'] = [{ file: '/home/me/net.py', fingerprint: `sha256:${'0a'.repeat(32)}` }]),
      ],
      [/classNames/, (file) => (file['classNames'] = [])],
      [/3 counts/, (file) => (file['imagesPerClass'] = [1, 2, 3])],
      [/of none of the 2 classes/, (file) => (file.images[0]!['label'] = 2)],
      [/blocks\.0\.channels/, (file) => (file.blocks[0]!['channels'] = 0)],
      [/mean of layer1\.0\.se has another size/, (file) => (file.blocks[0]!['channels'] = 4)],
      [/mean of layer1\.0\.se has another size/, (file) => (file.blocks[0]!['channels'] = 65_536)],
      [/blocks\.0\.channels/, (file) => (file.blocks[0]!['channels'] = 65_537)],
      [/mean of layer1\.0\.se has another size/, (file) => (file['numbers'] = 'float16')],
      [
        /gate of layer1\.0\.se is not a number/,
        (file) => (file.blocks[0]!['mean'] = pack(NaN, 0, 0, 0, 0, 0)),
      ],
      [/out of the range of sigmoid/, (file) => (file.blocks[0]!['mean'] = pack(1.1, 0, 0, 0, 0, 0))],
      [/out of the range of sigmoid/, (file) => (file.blocks[0]!['imageGates'] = pack(0, -0.1, 0))],
      [/gate of layer2\.0\.se is not a number/, (file) => (file.blocks[1]!['imageGates'] = pack(Infinity))],
      [/deviation of layer1\.0\.se/, (file) => (file.blocks[0]!['deviation'] = pack(0.6, 0, 0, 0, 0, 0))],
      [/deviation of layer2\.0\.se/, (file) => (file.blocks[1]!['deviation'] = pack(-1, 0))],
      [/one row for each class and image/, (file) => delete file.blocks[0]!['imageGates']],
      [
        /one row for each class and image/,
        (file) =>
          Object.assign(file, {
            images: [],
            blocks: file.blocks.map((block) => ({ ...block, imageGates: '' })),
          }),
      ],
      [/saturatedLow/, (file) => (file.blocks[0]!['saturatedLow'] = 1.5)],
      [/more than all gates/, (file) => (file.blocks[1]!['saturatedLow'] = 0.5)],
      [/layer1\.0\.se comes twice/, (file) => (file.blocks[1]!['block'] = 'layer1.0.se')],
      [/must not be called __proto__/, (file) => (file.blocks[0]!['block'] = '__proto__')],
      [/must not be called constructor/, (file) => (file.blocks[0]!['block'] = 'constructor')],
      [
        /blocks/,
        (file) => (file.blocks = Array.from({ length: TRACE_LIMITS.blocks + 1 }, () => file.blocks[0]!)),
      ],
    ];
    for (const [reason, change] of cases) expect(refusal(changed(change))).toMatch(reason);
  });

  it('cannot reach the prototype of anything', () => {
    const text = encodeTrace(TRACE);
    for (const key of ['__proto__', 'constructor', 'toString']) {
      expect(refusal(text.replace('{', `{"${key}":{"polluted":true},`))).toMatch(/does not make sense/);
      expect(refusal(text.replace('{"block"', `{"${key}":{"polluted":true},"block"`))).toMatch(/sense/);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    // A prototype does not stand in for what is missing.
    const bare = text.replace(/"producer":"[^"]*",/, '"__proto__":{"producer":"x"},');
    expect(refusal(bare)).toMatch(/sense/);
  });

  it('are refused quickly where they are large, deep or full of wrong items', () => {
    expect(refusal('[').length).toBeLessThan(300);
    expect(refusal('['.repeat(5_000_000))).toMatch(/JSON|recording/);
    const names = changed((file) => (file['classNames'] = Array.from({ length: 500_000 }, () => 1)));
    expect(refusal(names)).toMatch(/classNames/);
    expect(refusal(changed((file) => (file['model'] = 'x'.repeat(10_000))))).toMatch(/model/);
    expect(refusal(' '.repeat(TRACE_LIMITS.fileCharacters + 1))).toMatch(/128 million characters/);
  });

  it('throw nothing but PlaygroundError, whatever is in them', () => {
    const accepts = (text: string) => {
      try {
        return encodeTrace(decodeTrace(text)).length > 0;
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(PlaygroundError);
        return false;
      }
    };
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => void accepts(text)),
      { numRuns: 300 },
    );
    // A value of any kind in any place of a good file.
    const file = JSON.parse(encodeTrace(TRACE)) as Json;
    const places = [
      ...Object.keys(file).map((key) => [key]),
      ...Object.keys(file.blocks[0]!).map((key) => ['blocks', '0', key]),
      ['blocks', '1'],
      ['images', '0'],
      ['images', '0', 'label'],
      ['classNames', '1'],
      ['code', '0'],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
        const text = changed((copy) => {
          const inner = place
            .slice(0, -1)
            .reduce<Record<string, unknown>>((at, key) => at[key] as Json, copy);
          inner[place.at(-1)!] = value;
        });
        accepts(text);
      }),
      { numRuns: 1000 },
    );
    // Text cut or struck anywhere.
    const text = encodeTrace(TRACE);
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 3 }), (at, inserted) => {
        accepts(text.slice(0, at));
        accepts(text.slice(0, at) + inserted + text.slice(at + 1));
      }),
      { numRuns: 1000 },
    );
  });

  it('are not written where they could not be read', () => {
    const [block] = TRACE.blocks;
    const refused: ExcitationTrace[] = [
      { ...TRACE, blocks: [block!, block!] },
      { ...TRACE, blocks: [{ ...block!, mean: Float32Array.of(1) }] },
      { ...TRACE, model: 'x'.repeat(1000) },
      { ...TRACE, recordedAt: 'now' },
    ];
    for (const trace of refused) {
      expect(() => encodeTrace(trace)).toThrow(
        expect.objectContaining({ code: 'data/trace' }) as PlaygroundError,
      );
    }
  });

  it('take float16 where float32 would be too large', { timeout: 120_000 }, () => {
    const large = (classes: number, channels: number): ExcitationTrace => ({
      ...TRACE,
      classNames: Array.from({ length: classes }, (_, label) => `class ${label}`),
      imagesPerClass: Array.from({ length: classes }, () => 1),
      images: [],
      blocks: ['a', 'b'].map((id) => ({
        block: id,
        channels,
        gate: 'sigmoid',
        measured: 'activation',
        saturatedLow: 0,
        saturatedHigh: 0,
        mean: new Float32Array(classes * channels).fill(1 / 3),
        deviation: new Float32Array(classes * channels),
      })),
    });
    const text = encodeTrace(large(1000, 6400));
    expect(text).toMatch(/"numbers":"float16"/);
    expect(Math.abs(decodeTrace(text).blocks[1]!.mean.at(-1)! - 1 / 3)).toBeLessThan(2 ** -12);
  });
});
