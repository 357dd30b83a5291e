const time = { hour: '2-digit', minute: '2-digit' } as const;
const day = { day: 'numeric', month: 'short' } as const;
const ofToday = new Intl.DateTimeFormat('en-GB', time);
const ofThisYear = new Intl.DateTimeFormat('en-GB', { ...day, ...time });
const ofAnyTime = new Intl.DateTimeFormat('en-GB', { ...day, year: 'numeric', ...time });

/**
 * A moment (Unix ms) in the user's time zone, short enough for the side bar: `24 Nov, 08:09`; without the day where it is `nowMs`'s, with the year
 * where it is not `nowMs`'s.
 */
export function dayAndTime(unixMs: number, nowMs: number): string {
  const [then, now] = [new Date(unixMs), new Date(nowMs)];
  if (then.toDateString() === now.toDateString()) return ofToday.format(then);
  return (then.getFullYear() === now.getFullYear() ? ofThisYear : ofAnyTime).format(then);
}
