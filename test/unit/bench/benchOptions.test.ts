import { describe, expect, it } from 'vitest';
import { readOptions } from '../../bench/benchOptions';
import { FULL_PLAN, QUICK_PLAN } from '../../bench/benchPlan';

describe('options of the bench', () => {
  it('measures everything unless told otherwise', () => {
    expect(readOptions([])).toEqual({ plan: FULL_PLAN });
    expect(readOptions(['--quick'])).toEqual({ plan: QUICK_PLAN });
  });

  it('takes sections and a file, in any order', () => {
    const plan = { ...QUICK_PLAN, sections: ['webgl', 'growth'] };
    const expected = { plan, jsonFile: 'out.json' };
    expect(readOptions(['--only', 'webgl,growth', '--json', 'out.json', '--quick'])).toEqual(expected);
    expect(readOptions(['--quick', '--json', 'out.json', '--only', 'webgl,growth'])).toEqual(expected);
  });

  it.each([[['--fast']], [['--only', 'rows,nothing']], [['--only']], [['--json']]])(
    'refuses %j and says what there is',
    (args) => {
      expect(() => readOptions(args)).toThrow(/not understood[^]*--quick[^]*rows, parts/);
    },
  );
});
