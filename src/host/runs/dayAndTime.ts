const format = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit' },
});
const formatOfThisYear = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short' },
  ...{ hour: '2-digit', minute: '2-digit' },
});

/** A moment (Unix ms) in the user's time zone, short enough for the side bar: `24 Nov, 08:09`, with the year where it is not `nowMs`'s. */
export function dayAndTime(unixMs: number, nowMs: number): string {
  const sameYear = new Date(unixMs).getFullYear() === new Date(nowMs).getFullYear();
  return (sameYear ? formatOfThisYear : format).format(unixMs);
}
