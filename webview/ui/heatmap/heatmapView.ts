import type { RunPlan } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import { element, setHidden, setText } from '../dom/element';
import { memo, sameItems } from '../dom/memo';
import type { View } from '../mount';
import type { Actions } from '../session';
import { blockDetail } from './blockDetail';
import { describeGate, finding, whatToLookFor } from './gateText';
import { blockTable } from './gateTables';
import { heatmapCanvas } from './heatmapCanvas';
import { FIRST_CHOICE, type HeatmapChoice } from './heatmapChoice';
import { heatmapControls } from './heatmapControls';
import { heatmapEmpty } from './heatmapEmpty';
import type { Cell } from './heatmapModel';
import { setScene, type HeatmapScene } from './heatmapScene';
import { evaluatedEpochs, heatmapSources } from './heatmapSource';
import { legend } from './legend';
import { lazyTable } from './lazyTable';

/** Mean gate of every block and channel, per class and epoch; beside it one block in detail. */
export function heatmapView(actions: Actions): View {
  let choice = FIRST_CHOICE;
  let run: RunState | null = null;
  let scene: HeatmapScene | undefined;
  let cursor: Cell | null = null;
  let drawnInputs: readonly unknown[] = [];

  const change = (patch: Partial<HeatmapChoice>) => {
    choice = { ...choice, ...patch };
    draw();
  };
  const spokenText = element('p', { class: 'visually-hidden', 'aria-live': 'polite' });
  const controls = heatmapControls(change);
  const map = heatmapCanvas({
    label: 'Blocks by channels',
    onCursor: (cell, by) => {
      cursor = cell;
      const block = cell ? scene?.model.rows[cell.row]?.key : undefined;
      if (by === 'pointer' || !cell || block === undefined) return drawMap();
      setText(spokenText, readText(cell));
      if (block === scene?.block) drawMap();
      else change({ block });
    },
    onActivate: (cell) => {
      const block = scene?.model.rows[cell.row]?.key;
      if (block === undefined) return;
      change({ block });
      actions.revealBlock(block);
    },
  });
  const colours = legend();
  const lookFor = element('p', { class: 'lead' });
  const readout = element('p', { class: 'readout' });
  const found = element('p', { class: 'note' });
  const table = lazyTable('Numbers of all blocks', () =>
    scene ? blockTable(scene.summary, scene.source.blocks) : null,
  );
  const detail = blockDetail(actions.revealBlock, (text) => setText(spokenText, text));
  const empty = heatmapEmpty(actions);
  const content = element(
    'div',
    { class: 'heatmap-content' },
    lookFor,
    controls.element,
    element(
      'div',
      { class: 'heat-columns' },
      element(
        'section',
        { class: 'card', 'aria-label': 'All blocks' },
        element('div', { class: 'card-bar' }, element('h3', {}, 'All blocks'), colours.element),
        map.element,
        element('p', { class: 'axis-name', 'aria-hidden': 'true' }, 'channels'),
        readout,
        found,
        table.element,
      ),
      detail.element,
    ),
    spokenText,
  );

  const sourcesOf = memo((plan: RunPlan) => heatmapSources(plan));
  const readText = (cell: Cell) => (scene ? describeGate(scene, choice.classIndex, cell) : '');
  const drawMap = () => {
    if (!scene) return;
    map.show(scene.model, cursor, scene.block);
    const hint =
      'Point at a cell, or use the arrow keys, to read it. A click shows the block in the definition.';
    setText(readout, cursor ? readText(cursor) : hint);
  };
  const draw = () => {
    if (!run) return;
    const sources = sourcesOf(run.plan);
    const source = sources.find(({ id }) => id === choice.sourceId) ?? sources[0];
    const epochs = evaluatedEpochs(run, source?.id);
    const inputs = [run.plan, epochs, choice, document.body.className];
    if (sameItems(drawnInputs, inputs)) return;
    drawnInputs = inputs;
    scene = source ? setScene(run.plan, source, epochs, choice) : undefined;
    if (!scene || !source) return;
    const { summary, classes, quantity, scale, block, detailScale } = scene;
    if (cursor && cursor.row >= scene.model.rows.length) cursor = null;
    controls.show({ choice, source, sources, epochs, classes });
    colours.show(scale, quantity);
    setText(lookFor, whatToLookFor(quantity));
    setText(found, finding(summary));
    drawMap();
    table.refresh();
    const facts = source.blocks.find(({ id }) => id === block);
    const { difference } = choice;
    detail.show({ summary, block, facts, classes, difference, scale: detailScale });
  };
  // The grey of the difference scale follows the theme.
  new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return {
    element: element(
      'div',
      { class: 'heatmap-view' },
      element('h2', {}, 'Excitation heatmap'),
      empty.element,
      content,
    ),
    render: (state) => {
      if (run?.plan.runId !== state.run?.plan.runId) {
        choice = { ...FIRST_CHOICE, fullRange: choice.fullRange };
        cursor = null;
      }
      run = state.run;
      const sources = run ? sourcesOf(run.plan) : [];
      const first = sources.find(({ id }) => id === choice.sourceId) ?? sources[0];
      const ready = run !== null && evaluatedEpochs(run, first?.id).length > 0;
      setHidden(content, !ready);
      setHidden(empty.element, ready);
      if (!ready) empty.show(run, sources.length);
      draw();
    },
  };
}
