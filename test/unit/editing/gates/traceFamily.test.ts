import { describe, expect, it } from 'vitest';
import { traceFamily } from '../../../../src/core/editing/gates/traceFamily';
import { traceOf } from './traces';

describe('the family of a recording', () => {
  const trace = traceOf({ 'layer1.0.se': 64, 'layer2.0.se': 128 });

  it('is the same for other epochs, days and data', () => {
    const later = {
      ...trace,
      epoch: 7,
      recordedAt: '2027-01-01T00:00:00Z',
      classNames: ['dog'],
      producer: 'another',
    };
    expect(traceFamily(later)).toBe(traceFamily(trace));
    expect(traceFamily(trace)).toMatch(/^Net-2-[0-9a-f]{16}$/);
  });

  it('is another for another model, name, order or number of channels', () => {
    const families = [
      trace,
      { ...trace, model: 'Net2' },
      traceOf({ 'layer1.0.se': 64, 'layer2.0.se': 129 }),
      traceOf({ 'layer1.0.se': 64, 'layer2.1.se': 128 }),
      traceOf({ 'layer2.0.se': 128, 'layer1.0.se': 64 }),
      traceOf({ 'layer1.0.se': 64 }),
    ].map(traceFamily);
    expect(new Set(families).size).toBe(families.length);
  });

  it('is short and plain, whatever the model is called', () => {
    const named = { ...trace, model: `${'a/b "c" '.repeat(40)}\u{1F600}` };
    expect(traceFamily(named)).toMatch(/^[\p{L}\p{N}-]{1,64}$/u);
  });
});
