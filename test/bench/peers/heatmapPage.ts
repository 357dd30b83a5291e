/** Runs in a page of its own: the heatmap's view as the panel has it, fed with recordings of a deep network. */
import type { ExcitationTrace } from '../../../src/core/excitation/trace';
import { registerControls } from '../../../webview/ui/controls/toolkit';
import { heatmapView } from '../../../webview/ui/heatmap/heatmapView';
import type { Actions } from '../../../webview/ui/session';
import { INITIAL_PAGE_STATE, type PageState } from '../../../webview/ui/store/pageState';

export interface HeatmapOrder {
  /** Channels of each block. */
  channels: readonly number[];
  classes: number;
}

registerControls();

const nothing = () => undefined;
const actions: Actions = {
  connect: nothing,
  start: nothing,
  resume: nothing,
  control: nothing,
  openRun: nothing,
  readRun: nothing,
  exportReport: nothing,
  exportWeights: nothing,
  saveExport: nothing,
  revealBlock: nothing,
  runCommand: nothing,
  chooseModel: nothing,
  editForm: nothing,
  show: nothing,
  dismissBanner: nothing,
};

const nextFrame = () => new Promise<number>((done) => requestAnimationFrame(done));

const view = heatmapView(actions);
let state: PageState = { ...INITIAL_PAGE_STATE, phase: 'ready' };

const heatmapBench = {
  /** The view as it is before anything can be seen. */
  async open(): Promise<void> {
    document.body.replaceChildren(view.element);
    view.render(state);
    await nextFrame();
  },

  /** Makes the recordings of these epochs known; drawn with the next call. */
  record(order: HeatmapOrder, epochs: number): void {
    const traces = Array.from({ length: epochs }, (_, index) => ({
      label: `epoch ${index + 1}`,
      trace: traceAt(order, index + 1),
    }));
    state = { ...state, traces: traces.reverse() };
  },

  /** Milliseconds to the end of the frame that shows the recordings. */
  async draw(): Promise<number> {
    const startedAtMs = performance.now();
    view.render(state);
    // A frame has ended when the next one begins.
    await nextFrame();
    await nextFrame();
    return performance.now() - startedAtMs;
  },

  /** Moves the slider by an epoch each frame; milliseconds a frame. */
  async scrub(frames: number): Promise<number> {
    const slider = view.element.querySelector<HTMLInputElement>('input[type=range]');
    if (!slider) throw new Error('There is no slider.');
    const startedAtMs = await nextFrame();
    let endedAtMs = startedAtMs;
    for (let frame = 0; frame < frames; frame++) {
      slider.value = String(frame % (Number(slider.max) + 1));
      slider.dispatchEvent(new Event('input'));
      endedAtMs = await nextFrame();
    }
    return (endedAtMs - startedAtMs) / frames;
  },
};

function traceAt({ channels, classes }: HeatmapOrder, epoch: number): ExcitationTrace {
  return {
    producer: 'bench',
    model: 'deep',
    recordedAt: '2026-01-01T00:00:00Z',
    epoch,
    classNames: Array.from({ length: classes }, (_, label) => `class ${label}`),
    imagesPerClass: Array.from({ length: classes }, () => 100),
    images: [],
    blocks: channels.map((count, index) => ({
      block: `layer${index}.se`,
      channels: count,
      gate: 'sigmoid',
      measured: 'activation',
      saturatedLow: 0.01,
      saturatedHigh: 0.02,
      mean: Float32Array.from(
        { length: classes * count },
        (_, at) => 0.5 + 0.4 * Math.sin(at * 0.7 + epoch + index),
      ),
      deviation: new Float32Array(classes * count).fill(0.05),
    })),
  };
}

export interface HeatmapWindow {
  heatmapBench: typeof heatmapBench;
}
(globalThis as unknown as HeatmapWindow).heatmapBench = heatmapBench;
