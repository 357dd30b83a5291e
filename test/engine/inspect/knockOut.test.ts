/** Knock-outs against float64 loops that clamp the same gates, on every backend that Node has and for every place of the block. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClampTarget, GateEdit } from '../../../src/core/excitation/gateEdit';
import { GATES, PLACES, type SeSpec } from '../../../src/core/model/modelSpec';
import { OpenModel } from '../../../webview/engine/inspect/openModel';
import { referenceCrossEntropy } from '../support/referenceCrossEntropy';
import { referenceForward, type GateRule } from '../support/referenceNetwork';
import { startWasm } from '../support/startWasm';
import { tinyData } from '../trainer/tinyJob';
import { inspectedModel, type InspectedModel } from './inspectedModel';

const IMAGES = 4;
/** Lets the runner's own messages through, as a worker does the page's: it gives up on a process that is silent for a minute. */
const always = () => new Promise<true>((resolve) => setImmediate(() => resolve(true)));

/** What plain loops say about the clamped network. */
function expectedOf(
  { graph, values, images, labels }: InspectedModel,
  untouched: ReadonlyMap<string, Float64Array>,
  edits: readonly GateEdit[],
) {
  const meanOf = (block: string, channel: number) => {
    const gates = untouched.get(block)!;
    const { channels } = graph.blocks.find(({ id }) => id === block)!;
    return gates.reduce((sum, gate, at) => sum + (at % channels === channel ? gate : 0), 0) / IMAGES;
  };
  const valueOf = (to: ClampTarget, block: string, channel: number) =>
    to === 'mean' ? meanOf(block, channel) : to === 'one' ? 1 : 0;
  const rule: GateRule = (block, channel, gate) =>
    edits.reduce(
      (held, edit) =>
        edit.block === block && (edit.channels?.includes(channel) ?? true)
          ? valueOf(edit.to, block, channel)
          : held,
      gate,
    );
  const { outputs } = referenceForward(graph, values, images, false, rule);
  const logits = outputs.get('fc')!.data;
  const { loss } = referenceCrossEntropy(logits, labels, 0);
  const correct = labels.map((label, image): number => {
    const row = logits.subarray(image * 10, image * 10 + 10);
    return row.indexOf(Math.max(...row)) === label ? 1 : 0;
  });
  return { loss, correct };
}

const unlike: Partial<SeSpec> = { squeeze: 'max', stages: [2, 3] };

interface Backend {
  name: string;
  start: () => Promise<unknown>;
  variants: Partial<SeSpec>[];
}

const backends: Backend[] = [
  {
    name: 'wasm',
    start: startWasm,
    variants: [
      ...PLACES.map((place) => ({ place })),
      ...GATES.map((gate) => ({ gate, bias: false })),
      unlike,
    ],
  },
  { name: 'cpu', start: () => tf.setBackend('cpu'), variants: [{ place: 'identity' }, {}, unlike] },
];

describe.each(backends)('a knock-out on $name', ({ name, start, variants }) => {
  beforeAll(async () => {
    await start();
  });

  it.each(variants)('is what plain loops find: %o', async (se) => {
    expect(tf.getBackend()).toBe(name);
    const inspected = inspectedModel(se, IMAGES);
    const { blocks } = inspected.graph;
    const [first, last] = [blocks[0]!.id, blocks.at(-1)!.id];
    const cases: GateEdit[][] = [
      [],
      [{ block: last, channels: [0, 2], to: 'zero' }],
      [{ block: first, channels: null, to: 'mean' }],
      [{ block: first, channels: [1], to: 'one' }],
      [
        { block: last, channels: null, to: 'one' },
        { block: first, channels: [3], to: 'zero' },
        { block: last, channels: [5], to: 'mean' },
      ],
    ];
    const before = tf.memory().numTensors;
    const model = new OpenModel(inspected.order, tinyData);
    const untouched = referenceForward(inspected.graph, inspected.values, inspected.images, false).gates;
    for (const edits of cases) {
      const { loss, correct, accuracy } = await model.knockOut(edits, always);
      const expected = expectedOf(inspected, untouched, edits);
      expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-4);
      expect([...correct]).toEqual(expected.correct);
      expect(accuracy).toBeCloseTo(expected.correct.reduce((sum, one) => sum + one, 0) / IMAGES, 12);
    }
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
