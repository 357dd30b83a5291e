import type { ScrollMap } from './scrollMap';

/**
 * Scrolls the view with the editor, and tells when the user scrolls the view. What the editor or the selection made the view do is no
 * scrolling of the user: only a height that was not set here counts.
 */
export class ScrollSync {
  private own: number;
  /** The editor's line, until the user scrolls the view elsewhere. */
  private followed: number | undefined;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly map: () => ScrollMap,
    private readonly onUserScroll: (line: number) => void,
  ) {
    this.own = scroller.scrollTop;
    scroller.addEventListener('scroll', () => this.heard(), { passive: true });
    // Heights are others in another width.
    new ResizeObserver(() => {
      if (this.followed !== undefined) this.follow(this.followed);
    }).observe(scroller);
  }

  /** The editor shows that line at its top. */
  follow(line: number): void {
    this.followed = line;
    this.scrollTo(this.map().heightOf(line));
  }

  /** Scrolls as little as it takes to show the element, less than `covered` pixels of which are hidden by what sticks to the top. */
  reveal(target: HTMLElement, covered: number): void {
    this.followed = undefined;
    const view = this.scroller.getBoundingClientRect();
    const { top, bottom } = target.getBoundingClientRect();
    const above = top - (view.top + covered);
    const below = bottom - view.bottom;
    if (above < 0) this.scrollTo(this.scroller.scrollTop + above);
    else if (below > 0) this.scrollTo(this.scroller.scrollTop + Math.min(below, above));
  }

  private scrollTo(height: number): void {
    this.scroller.scrollTop = height;
    // The browser rounds, and keeps to what there is.
    this.own = this.scroller.scrollTop;
  }

  private heard(): void {
    const now = this.scroller.scrollTop;
    if (Math.abs(now - this.own) < 1) return;
    this.own = now;
    this.followed = undefined;
    this.onUserScroll(this.map().lineOf(now));
  }
}
