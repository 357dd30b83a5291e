/** How a log from elsewhere stands to the run of the same id that is here. */
export type ImportPlace =
  /** There is no such run. */
  | 'new'
  /** It is here, byte for byte. */
  | 'same'
  /** What is here is the beginning of it. */
  | 'continues'
  /** Another log of a run that was imported before. */
  | 'differs'
  /** It was trained here, and not like that. */
  | 'conflict';

export function importPlace(
  log: Uint8Array,
  here: { log: Uint8Array; imported: boolean } | undefined,
): ImportPlace {
  if (!here) return 'new';
  const isPrefix = Buffer.compare(here.log, log.subarray(0, here.log.length)) === 0;
  if (isPrefix) return here.log.length === log.length ? 'same' : 'continues';
  return here.imported ? 'differs' : 'conflict';
}
