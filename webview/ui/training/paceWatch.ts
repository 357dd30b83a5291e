import { PlaygroundError } from '../../../src/core/errors';
import type { RunPlan } from '../../../src/core/training/runPlan';
import type { PageState, Pace } from '../store/pageState';
import { readForm } from '../store/readForm';
import type { Store } from '../store/store';
import { EpochEstimator, measurementKey } from './epochEstimator';

/** A choice that stands this long is worth measuring. */
const SETTLE_MS = 600;
/** A busy page still gets its measurement after this long. */
const IDLE_TIMEOUT_MS = 3000;

/**
 * Keeps `pace` in step with the form: measures the chosen models once the choice has settled, the page is visible and idle, and
 * no run is in training or starting. Nothing is measured twice.
 */
export function watchPace(store: Store<PageState>, estimator: EpochEstimator): void {
  let watchedKey: string | undefined;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let seen: Pick<PageState, 'form' | 'models' | 'datasets' | 'phase' | 'liveRunId' | 'launching'> | undefined;

  const show = (pace: Pace) => store.update({ pace });
  const follow = () => {
    const state = store.get();
    const { form, models, datasets, phase, liveRunId, launching } = state;
    const now = { form, models, datasets, phase, liveRunId, launching };
    if (
      seen &&
      Object.entries(now).every(([key, value]) => Object.is(value, seen?.[key as keyof typeof now]))
    )
      return;
    seen = now;
    const plan = phase === 'ready' && liveRunId === null && !launching ? readForm(state).plan : undefined;
    const key = plan && measurementKey(plan);
    if (key === watchedKey) return;
    watchedKey = key;
    clearTimeout(settling);
    estimator.cancel();
    if (!plan || key === undefined) return show({ kind: 'none' });
    const known = estimator.knownFor(plan);
    if (known) return show({ kind: 'measured', measurement: known });
    show({ kind: 'measuring' });
    settling = setTimeout(() => whenVisibleAndIdle(() => void measure(plan, key)), SETTLE_MS);
  };
  const measure = async (plan: RunPlan, key: string) => {
    if (key !== watchedKey) return;
    try {
      const measurement = await estimator.measure(plan);
      if (key === watchedKey) show({ kind: 'measured', measurement });
    } catch (thrown) {
      if (key !== watchedKey || EpochEstimator.gaveUp(thrown)) return;
      show({ kind: 'failed', message: PlaygroundError.from(thrown, 'engine/failed').message });
    }
  };
  store.subscribe(follow);
  follow();
}

function whenVisibleAndIdle(action: () => void): void {
  if (document.visibilityState === 'hidden') {
    document.addEventListener('visibilitychange', () => whenVisibleAndIdle(action), { once: true });
  } else {
    requestIdleCallback(action, { timeout: IDLE_TIMEOUT_MS });
  }
}
