/** How long the editor may take to do what it was asked to, animations included. */
const PATIENCE_MS = 500;

/**
 * Tells what the user does in the editor from what the editor does because the view asked for it, and VS Code reports all the same. Without
 * that, each side would answer the other for ever.
 */
export class Echoes {
  /** Lines that the cursor was sent to, and until when that may be reported. */
  private readonly cursors = new Map<number, number>();
  private scroll: { untilMs: number; top: number | undefined } | undefined;

  constructor(private readonly nowMs: () => number) {}

  expectCursor(line: number): void {
    this.cursors.set(line, this.nowMs() + PATIENCE_MS);
  }

  /** @param top the line that ends at the top; undefined if the editor decides how far it goes */
  expectScroll(top: number | undefined): void {
    this.scroll = { untilMs: this.nowMs() + PATIENCE_MS, top };
  }

  /** Asked once for each report. */
  isCursorEcho(line: number): boolean {
    const untilMs = this.cursors.get(line);
    this.cursors.delete(line);
    return untilMs !== undefined && this.nowMs() <= untilMs;
  }

  isScrollEcho(top: number): boolean {
    if (!this.scroll || this.nowMs() > this.scroll.untilMs) return false;
    // There: what comes next is the user.
    if (this.scroll.top === top) this.scroll = undefined;
    return true;
  }
}
