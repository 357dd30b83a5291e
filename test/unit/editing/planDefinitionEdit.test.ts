import { describe, expect, it } from 'vitest';
import { definitionOptions, planDefinitionEdit } from '../../../src/core/editing/planDefinitionEdit';
import { applyEdits } from '../../../src/core/editing/planInsert';

const PLAIN = `{
  "version": 1,
  "name": "ResNet-20",
  "backbone": { "depth": 20 },
  "se": "none"
}
`;

function planned(text: string, change: Parameters<typeof planDefinitionEdit>[1]) {
  const result = planDefinitionEdit(text, change);
  if (!result.ok) throw new Error(result.reason.message);
  return { plan: result.plan, text: applyEdits(text, result.plan.edits) };
}

describe('the SE setting of a definition', () => {
  it('is inserted with what differs from the defaults, and the cost is the golden count', () => {
    const { plan, text } = planned(PLAIN, { kind: 'set', options: { reduction: 16, bias: true } });
    expect(JSON.parse(text)).toMatchObject({ se: { reduction: 16 }, backbone: { depth: 20 } });
    expect(plan.summary.network).toMatchObject({ blocks: 9, extraParameters: 2373, complete: true });
    expect(plan.summary.network?.stages.map(({ channels, blocks }) => [channels, blocks])).toEqual([
      [[16], 3],
      [[32], 3],
      [[64], 3],
    ]);
    expect(plan.summary.warnings.join()).toContain('ONE hidden unit');
  });

  it('is removed, and what was inserted before is gone', () => {
    const { text } = planned(PLAIN, { kind: 'set', options: {} });
    expect(planned(text, { kind: 'remove' }).text).toBe(PLAIN);
  });

  it('changes one setting and leaves the rest of the text alone', () => {
    const own = `{\r\n\t"version": 1, "name": "A",\r\n\t"backbone": {"depth": 8},\r\n\t"se": {"reduction": 4, "stages": [2, 3]}\r\n}`;
    const { plan, text } = planned(own, { kind: 'set', options: { gate: 'tanh' }, variant: 'post' });
    expect(plan.edits).toHaveLength(1);
    expect(text.startsWith(own.slice(0, own.indexOf('[2, 3]') + 6))).toBe(true);
    expect(text).not.toMatch(/[^\r]\n/);
    expect(definitionOptions(text)).toEqual({
      options: { reduction: 4, squeeze: 'avg', gate: 'tanh', bias: true },
      variant: 'post',
    });
    expect(plan.summary.warnings.join()).toMatch(/22\.78/);
  });

  it.each([
    ['{"version": 1', { kind: 'remove' }, 'syntax-error'],
    ['', { kind: 'set', options: {} }, 'syntax-error'],
    [PLAIN, { kind: 'remove' }, 'no-site'],
    [PLAIN, { kind: 'set', options: {}, variant: '3x3' }, 'unsupported-shape'],
    [PLAIN, { kind: 'set', options: { reduction: 0 } }, 'syntax-error'],
    [
      PLAIN.replace('"none"', '{"reduction": 8}'),
      { kind: 'set', options: { reduction: 8 } },
      'already-there',
    ],
  ] as const)('declines %j', (text, change, code) => {
    const result = planDefinitionEdit(text, change);
    expect(result).toMatchObject({ ok: false, reason: { code } });
  });
});
