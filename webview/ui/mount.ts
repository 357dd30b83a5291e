import type { PageState } from './store/pageState';
import type { Store } from './store/store';

/** A piece of the page: an element, and how it follows the state. */
export interface View {
  readonly element: HTMLElement;
  render(state: PageState): void;
}

/** Puts a view on the page and draws it at most once a frame. A hidden panel has no frames, so it costs nothing there. */
export function mount(host: HTMLElement, store: Store<PageState>, view: View): void {
  let scheduled = false;
  const draw = () => {
    scheduled = false;
    view.render(store.get());
  };
  store.subscribe(() => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(draw);
  });
  draw();
  host.replaceChildren(view.element);
}
