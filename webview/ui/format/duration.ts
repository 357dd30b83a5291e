import { NO_VALUE } from './numbers';

/** A length of time at the precision a person needs: `0.8 s`, `42 s`, `1 min 10 s`, `2 h 5 min`. */
export function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined || !Number.isFinite(milliseconds)) return NO_VALUE;
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A moment (Unix ms) in the user's time zone, e.g. `24 Nov 2025, 08:09`. */
export function moment(unixMs: number): string {
  return Number.isFinite(unixMs) ? dateAndTime.format(unixMs) : NO_VALUE;
}
