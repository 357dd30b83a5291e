/** Moves through the epochs by itself. One that prefers less motion gets a step for each press instead. */
export interface Playback {
  /** Starts, stops, or steps. */
  toggle(): void;
  stop(): void;
  readonly isPlaying: boolean;
}

export interface PlaybackOptions {
  /** Epochs a second. */
  speed(): number;
  /** Goes on by that many epochs; false if that was the last. From the last one it goes to the first. */
  advance(epochs: number): boolean;
  /** The view is on screen; what nobody sees does not play. */
  isSeen(): boolean;
  onChange(isPlaying: boolean): void;
}

/** As the user's system says. */
export function prefersSteps(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

export function playback(options: PlaybackOptions): Playback {
  let isPlaying = false;
  let lastMs = 0;
  const setPlaying = (playing: boolean) => {
    isPlaying = playing;
    options.onChange(playing);
  };
  const frame = (nowMs: number) => {
    if (!isPlaying) return;
    if (!options.isSeen()) return setPlaying(false);
    const due = Math.floor(((nowMs - lastMs) / 1000) * options.speed());
    if (due > 0) {
      lastMs = nowMs;
      if (!options.advance(due)) return setPlaying(false);
    }
    requestAnimationFrame(frame);
  };
  return {
    toggle: () => {
      if (isPlaying) return setPlaying(false);
      const goesOn = options.advance(1);
      if (prefersSteps() || !goesOn) return;
      setPlaying(true);
      lastMs = performance.now();
      requestAnimationFrame(frame);
    },
    stop: () => {
      if (isPlaying) setPlaying(false);
    },
    get isPlaying() {
      return isPlaying;
    },
  };
}
