/** Samples older than this no longer count for the speed. */
const WINDOW_MS = 5_000;

/** Turns byte counts into what a progress notification shows. */
export class TransferMeter {
  private readonly samples: { atMs: number; bytes: number }[] = [];
  private percent = 0;

  /** @param now milliseconds of any monotonic clock */
  constructor(private readonly now: () => number) {}

  /** @returns `message`, e.g. "63 of 170 MB (37%), 1 min 20 s left", and the whole percents gained since the last call */
  update(receivedBytes: number, totalBytes: number | null): { message: string; increment: number } {
    const atMs = this.now();
    this.samples.push({ atMs, bytes: receivedBytes });
    while (this.samples.length > 2 && atMs - this.samples[0]!.atMs > WINDOW_MS) this.samples.shift();
    if (totalBytes === null || totalBytes === 0)
      return { message: `${megabytes(receivedBytes)} MB`, increment: 0 };
    const percent = Math.floor((100 * receivedBytes) / totalBytes);
    const increment = percent - this.percent;
    this.percent = percent;
    const message = `${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB (${percent}%)`;
    const leftMs = this.remainingMs(totalBytes - receivedBytes);
    return { message: leftMs === null ? message : `${message}, ${duration(leftMs)} left`, increment };
  }

  private remainingMs(bytesLeft: number): number | null {
    const first = this.samples[0]!;
    const last = this.samples[this.samples.length - 1]!;
    const elapsedMs = last.atMs - first.atMs;
    // Below a second the speed is a guess.
    if (elapsedMs < 1_000 || last.bytes <= first.bytes) return null;
    return (bytesLeft * elapsedMs) / (last.bytes - first.bytes);
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
