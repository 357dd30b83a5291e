import type { GateSource, SourceEpoch } from '../heatmapSource';

/** A file's name without its ending; it must do on every file system. */
export function fileStem({ label }: GateSource, { epoch }: SourceEpoch, what: string): string {
  const parts = ['gates', label, ...(epoch === null ? [] : [`epoch ${epoch}`]), what];
  return parts
    .join(' ')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 120);
}
