import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlockId } from '../../../src/core/model/graph';
import { TailRunner } from '../../../webview/engine/inspect/tailRunner';
import type { GateClamp } from '../../../webview/engine/kernels/chainTypes';
import { buildNetwork, type SteppedNetwork } from '../../../webview/engine/network/buildNetwork';
import { imageTensor } from '../../../webview/engine/trainer/trainStep';
import { randomArray } from '../support/randomArray';
import { smallGraph } from '../support/smallNetwork';
import { startWasm } from '../support/startWasm';

const IMAGES = 3;
const graph = smallGraph({ se: {}, width: 4, size: 32 });
const batches = [1, 2, 3].map((seed) => ({
  images: Float32Array.from(randomArray(IMAGES * 3072, seed, 'images')),
  labels: new Int32Array(IMAGES),
}));
let network: SteppedNetwork;
let before: number;

beforeAll(async () => {
  await startWasm();
});
beforeEach(() => {
  before = tf.memory().numTensors;
  network = buildNetwork(graph, 1);
});
afterEach(() => {
  network.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

const stepOf = (block: BlockId) =>
  network.steps.findIndex(({ nodes }) => nodes.some(({ id }) => id === block));

/** Logits of each batch with all gates of one block held at 1, and how often images were asked for. */
function runAll(runner: TailRunner, block: BlockId): { logits: number[][]; asked: number } {
  const { channels } = graph.blocks.find(({ id }) => id === block)!;
  const clamp: GateClamp = { keep: tf.zeros([channels]), value: tf.ones([channels]) };
  let asked = 0;
  const clampOf = (id: BlockId) => (id === block ? clamp : undefined);
  const logits = batches.map((batch, number) => {
    const ask = () => {
      asked++;
      return batch;
    };
    const output = runner.run(number, ask, stepOf(block), { clampOf });
    const values = [...output.dataSync()];
    output.dispose();
    return values;
  });
  tf.dispose([clamp.keep, clamp.value]);
  return { logits, asked };
}

function fromScratch(block: BlockId): number[][] {
  const { channels } = graph.blocks.find(({ id }) => id === block)!;
  return batches.map((batch) =>
    tf.tidy(() => {
      const held = { keep: tf.zeros([channels]) as tf.Tensor1D, value: tf.ones([channels]) as tf.Tensor1D };
      const clampOf = (id: BlockId) => (id === block ? held : undefined);
      return [...network.forward(imageTensor(batch), { training: false, clampOf }).dataSync()];
    }),
  );
}

describe('TailRunner', () => {
  it('gives what the whole network gives, to the bit, from wherever it starts', () => {
    const runner = new TailRunner(network);
    const [first, middle, last] = graph.blocks.map(({ id }) => id) as [string, string, string];
    const askedFor = [middle, middle, last, last, first, middle, first].map((block) => {
      const { logits, asked } = runAll(runner, block);
      expect(logits).toEqual(fromScratch(block));
      return asked;
    });
    // Going on to a later block starts from what is kept; going back does not.
    expect(askedFor).toEqual([3, 0, 0, 0, 3, 0, 3]);
    runner.dispose();
  });

  it('keeps no more than it may, and computes the rest anew', () => {
    const { id } = graph.blocks.at(-1)!;
    // The block reads [3, 16, 16, 8] float32; there is room for two of three.
    const bytes = IMAGES * 16 * 16 * 8 * 4;
    const bare = tf.memory().numBytes;
    const runner = new TailRunner(network, 2 * bytes + 100);
    expect(runAll(runner, id)).toEqual({ logits: fromScratch(id), asked: 3 });
    expect(tf.memory().numBytes - bare).toBe(2 * bytes);
    expect(runAll(runner, id)).toEqual({ logits: fromScratch(id), asked: 1 });
    runner.dispose();
    expect(tf.memory().numBytes).toBe(bare);
  });

  it('lets go of what a later block left where an earlier one has no room', () => {
    const [first, , last] = graph.blocks.map(({ id }) => id) as [string, string, string];
    const runner = new TailRunner(network, 1000);
    expect(runAll(runner, last).asked).toBe(3);
    expect(runAll(runner, first).logits).toEqual(fromScratch(first));
    runner.dispose();
  });
});
