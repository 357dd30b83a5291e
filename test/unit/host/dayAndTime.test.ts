import { expect, it } from 'vitest';
import { dayAndTime } from '../../../src/host/runs/dayAndTime';

it('leaves out the day and the year that everybody knows', () => {
  const then = new Date(2025, 10, 24, 8, 9).getTime();
  expect(dayAndTime(then, new Date(2025, 10, 24).getTime())).toBe('08:09');
  expect(dayAndTime(then, new Date(2025, 11, 31, 23, 59).getTime())).toBe('24 Nov, 08:09');
  expect(dayAndTime(then, new Date(2026, 0, 1).getTime())).toBe('24 Nov 2025, 08:09');
});
