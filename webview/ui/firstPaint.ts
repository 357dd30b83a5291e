import type { HostDoor } from './hostDoor';
import type { PageState } from './store/pageState';
import type { Store } from './store/store';

/** Tells the host, once, how long the first contentful paint took; after the first frame that shows the host's state. */
export function reportFirstPaint(store: Store<PageState>, door: HostDoor): void {
  const painted = new Promise<number>((resolve) => {
    const observer = new PerformanceObserver((list) => {
      const entry = list.getEntriesByName('first-contentful-paint')[0];
      if (!entry) return;
      observer.disconnect();
      resolve(entry.startTime);
    });
    observer.observe({ type: 'paint', buffered: true });
  });
  const stop = store.subscribe(() => {
    if (store.get().phase !== 'ready') return;
    stop();
    requestAnimationFrame(() => void painted.then((firstPaintMs) => door.emit('painted', { firstPaintMs })));
  });
}
