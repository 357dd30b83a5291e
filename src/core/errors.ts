/** The families of error codes; the prefix decides how the user meets the error (see ARCHITECTURE.md, "Errors"). */
export type ErrorFamily = 'spec' | 'engine' | 'data' | 'storage' | 'protocol' | 'edit';

/** `family/detail`, or `cancelled`, which is never shown. */
export type ErrorCode = `${ErrorFamily}/${string}` | 'cancelled';

/**
 * The one error type that crosses rooms. `message` is a sentence for the user: what happened and what to do next.
 */
export class PlaygroundError extends Error {
  override readonly name = 'PlaygroundError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Wraps anything thrown; a PlaygroundError passes through unchanged. */
  static from(thrown: unknown, code: ErrorCode): PlaygroundError {
    if (thrown instanceof PlaygroundError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new PlaygroundError(code, message, { cause: thrown });
  }
}

/** True for the error a cancelled request or download rejects with. */
export function isCancelled(thrown: unknown): boolean {
  return thrown instanceof PlaygroundError && thrown.code === 'cancelled';
}
