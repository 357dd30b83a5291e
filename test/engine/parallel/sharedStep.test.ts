import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { compileModel } from '../../../src/core/model/compileModel';
import type { ParamInfo } from '../../../src/core/model/graph';
import type { Batch } from '../../../webview/engine/feed/batch';
import { TrainingFeed } from '../../../webview/engine/feed/trainingFeed';
import { buildNetwork, type Network } from '../../../webview/engine/network/buildNetwork';
import { GradientExchange } from '../../../webview/engine/parallel/gradientExchange';
import { SharedStep } from '../../../webview/engine/parallel/sharedStep';
import { createOptimizer } from '../../../webview/engine/trainer/createOptimizer';
import type { Optimizer } from '../../../webview/engine/trainer/optimizer';
import { scoreLogits, type Score } from '../../../webview/engine/trainer/scoreLogits';
import { computeGradients } from '../../../webview/engine/trainer/trainStep';
import { relativeError } from '../support/relativeError';
import { startWasm } from '../support/startWasm';
import { tinyData, tinyOrder } from '../trainer/tinyJob';
import { groupPorts } from '../../../webview/ui/training/groupPorts';

const BATCH = 15;
const SETTINGS = { learningRate: 0.05, labelSmoothing: 0.1, step: 0 };
const GRAPH = compileModel(tinyOrder().spec);

beforeAll(async () => {
  await startWasm();
});

type Values = Record<string, number[]>;

function valuesOf(network: Network, tensorOf: (variable: tf.Variable) => tf.Tensor): Values {
  return Object.fromEntries(
    network.parameters.map(({ info, variable }) => [info.name, [...tensorOf(variable).dataSync()]]),
  );
}

const weightsOf = (network: Network) => valuesOf(network, (variable) => variable);

/** Keeps what it is given instead of learning from it. */
class GradientRecorder implements Optimizer {
  readonly slots = [];
  gradients: Values = {};

  constructor(private readonly network: Network) {}

  update(gradients: tf.NamedTensorMap): void {
    this.gradients = valuesOf(this.network, (variable) => gradients[variable.name] ?? tf.tensor([]));
  }

  dispose(): void {}
}

/** A linear classifier: nothing in it mixes the images of a batch. */
function linearNetwork(): Network {
  const info = (name: string, shape: number[]): ParamInfo => ({
    ...GRAPH.nodes.flatMap(({ params }) => params).find(({ trainable }) => trainable)!,
    name,
    shape,
  });
  const weight = tf.variable(tf.randomNormal([3072, 10], 0, 0.02, 'float32', 3) as tf.Tensor2D);
  const bias = tf.variable(tf.zeros([10]));
  return {
    graph: GRAPH,
    parameters: [
      { info: info('weight', [3072, 10]), variable: weight },
      { info: info('bias', [10]), variable: bias },
    ],
    forward: (images) => tf.add(tf.matMul(tf.reshape(images, [-1, 3072]), weight as tf.Tensor2D), bias),
    dispose: () => tf.dispose([weight, bias]),
  };
}

/** The shard of each rank of the first batch; the arrays are its own. */
function shardsOf(size: number): Batch[] {
  const chosen = Uint32Array.from({ length: 60 }, (_, index) => index);
  return Array.from({ length: size }, (_, rank) => {
    const feed = new TrainingFeed(tinyData.train, chosen, {
      batch: BATCH,
      seed: 2,
      augment: true,
      place: { rank, size },
    });
    feed.startEpoch(1);
    return feed.batch(0);
  });
}

interface Member {
  network: Network;
  optimizer: Optimizer;
  step: SharedStep;
  shard: Batch;
}

/** Runs `work` with the members of a group, and frees them. */
async function inGroup<T, M extends Optimizer>(
  size: number,
  build: () => Network,
  optimizerOf: (network: Network) => M,
  work: (members: (Member & { optimizer: M })[]) => Promise<T>,
): Promise<T> {
  const shards = shardsOf(size);
  const exchanges = groupPorts(size).map((ports, rank) => new GradientExchange(rank, ports));
  const members = exchanges.map((exchange, rank) => {
    const network = build();
    const optimizer = optimizerOf(network);
    const shard = shards[rank]!;
    const step = new SharedStep(network, optimizer, exchange, shard.labels.length / BATCH);
    return { network, optimizer, step, shard };
  });
  try {
    return await work(members);
  } finally {
    for (const exchange of exchanges) exchange.close();
    for (const { network, optimizer } of members) {
      network.dispose();
      optimizer.dispose();
    }
  }
}

interface Found {
  gradients: Values;
  score: Score;
}

/** Gradients and score of a batch on its own. */
function alone(build: () => Network, batch: Batch): Found {
  const network = build();
  const recorder = new GradientRecorder(network);
  const logits = tf.tidy(() => {
    const step = computeGradients(network, batch, SETTINGS.labelSmoothing);
    recorder.update(step.gradients);
    return step.logits;
  });
  const score = scoreLogits(logits.dataSync(), batch.labels, 10);
  tf.dispose(logits);
  network.dispose();
  return { gradients: recorder.gradients, score };
}

async function shared(size: number, build: () => Network): Promise<Found[]> {
  return inGroup(
    size,
    build,
    (network) => new GradientRecorder(network),
    (members) =>
      Promise.all(
        members.map(async ({ step, shard, optimizer }) => {
          const score = await step.train(shard, SETTINGS);
          return { gradients: optimizer.gradients, score };
        }),
      ),
  );
}

const residualNetwork = () => buildNetwork(GRAPH, 1);

describe('SharedStep', () => {
  it.each([2, 4])(
    'of %i workers on a network without batch norm is the step of the whole batch',
    async (size) => {
      const whole = alone(linearNetwork, shardsOf(1)[0]!);
      for (const { gradients, score } of await shared(size, linearNetwork)) {
        for (const name of ['weight', 'bias']) {
          expect(relativeError(gradients[name]!, whole.gradients[name]!), name).toBeLessThan(1e-5);
        }
        expect([score.images, score.correct]).toEqual([BATCH, whole.score.correct]);
        expect(score.loss / whole.score.loss).toBeCloseTo(1, 6);
      }
    },
  );

  it('gives every worker the mean of the gradients that the shards have on their own', async () => {
    const shards = shardsOf(2);
    expect(shards.map(({ labels }) => labels.length)).toEqual([7, 8]);
    const [first, second] = shards.map((shard) => alone(residualNetwork, shard).gradients);
    const results = await shared(2, residualNetwork);
    for (const [name, values] of Object.entries(first!)) {
      const mean = values.map((value, index) => (7 * value + 8 * second![name]![index]!) / 15);
      for (const { gradients } of results) {
        expect(gradients[name]!).toHaveLength(mean.length);
        if (mean.length > 0) expect(relativeError(gradients[name]!, mean), name).toBeLessThan(1e-5);
      }
    }
  });

  it('leaves all workers with the same weights to the last bit, the same again in a second run, and no tensor more', async () => {
    const before = tf.memory().numTensors;
    const train = () =>
      inGroup(
        3,
        residualNetwork,
        (network) => createOptimizer(tinyOrder().recipe, network.parameters),
        async (members) => {
          const counts: number[] = [];
          for (let step = 0; step < 4; step++) {
            await Promise.all(members.map((one) => one.step.train(one.shard, { ...SETTINGS, step })));
            counts.push(tf.memory().numTensors);
          }
          await Promise.all(members.map((one) => one.step.averageStatistics()));
          counts.push(tf.memory().numTensors);
          expect(counts).toEqual(counts.map(() => counts[0]));
          return members.map(({ network }) => weightsOf(network));
        },
      );
    const [first, ...others] = await train();
    for (const weights of others) expect(weights).toEqual(first);
    expect((await train())[0]).toEqual(first);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('averages the moving statistics by the shards’ sizes', async () => {
    await inGroup(
      2,
      residualNetwork,
      (network) => new GradientRecorder(network),
      async (members) => {
        await Promise.all(members.map((one) => one.step.train(one.shard, SETTINGS)));
        const [first, second] = members.map(({ network }) => weightsOf(network));
        const moving = Object.keys(first!).filter((name) => /moving/.test(name));
        expect(moving.length).toBeGreaterThan(0);
        expect(first![moving[0]!]).not.toEqual(second![moving[0]!]);
        await Promise.all(members.map((one) => one.step.averageStatistics()));
        for (const { network } of members) {
          const averaged = weightsOf(network);
          for (const name of moving) {
            const mean = first![name]!.map((value, index) => (7 * value + 8 * second![name]![index]!) / 15);
            expect(relativeError(averaged[name]!, mean), name).toBeLessThan(1e-6);
          }
        }
      },
    );
  });
});
