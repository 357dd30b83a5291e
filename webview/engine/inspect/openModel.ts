import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../../../src/core/data/labelledImages';
import { PlaygroundError } from '../../../src/core/errors';
import { channelsOf, clampVectors, type GateEdit } from '../../../src/core/excitation/gateEdit';
import { compileModel } from '../../../src/core/model/compileModel';
import type { BlockId } from '../../../src/core/model/graph';
import { decodeCheckpoint } from '../../../src/core/weights/checkpoint';
import { weightsOf } from '../../../src/core/weights/graphWeights';
import type { Result } from '../../../src/protocol/contract';
import type { ImageChoice, ModelToOpen, WorkerContract } from '../../../src/protocol/uiWorkerContract';
import { EvaluationFeed } from '../feed/evaluationFeed';
import { splitDataset, type ChosenImages } from '../feed/splitDataset';
import type { GateClamp } from '../kernels/chainTypes';
import { buildNetwork, type SteppedNetwork } from '../network/buildNetwork';
import { forwardBatch } from '../trainer/evaluateNetwork';
import { EvaluationSums } from '../trainer/evaluationSums';
import { correctOnes, scoreLogits } from '../trainer/scoreLogits';
import { choosePixels, pixelsOf } from './imageChoice';
import { lookAtImages } from './lookAtImages';
import { TailRunner } from './tailRunner';

type Answer<K extends keyof WorkerContract['requests']> = Result<WorkerContract, K>;

/** Asked before every batch; false gives the work up. */
export type MayGoOn = () => Promise<boolean>;

/** A trained network and the images that it was validated on, to be looked into. One piece of work at a time. */
export class OpenModel {
  /** Finished epochs. */
  readonly epoch: number;
  private readonly network: SteppedNetwork;
  private readonly validation: ChosenImages;
  private readonly feed: EvaluationFeed;
  private readonly tail: TailRunner;
  /** The evaluation of the network as it is, made when it is first needed. */
  private known: { sums: EvaluationSums; correct: Uint8Array } | undefined;

  /** @throws PlaygroundError `storage/checkpoint` if the checkpoint is not one of this model */
  constructor({ spec, seed, recipe, checkpoint }: ModelToOpen, data: Dataset) {
    const graph = compileModel(spec);
    const stored = decodeCheckpoint(checkpoint);
    const weights = weightsOf(graph, stored);
    this.epoch = stored.epoch;
    this.network = buildNetwork(graph, seed);
    tf.tidy(() => {
      for (const { info, variable } of this.network.parameters) {
        variable.assign(tf.tensor(weights.get(info.name)!, variable.shape));
      }
    });
    this.validation = splitDataset(data, recipe, seed).validation;
    this.feed = new EvaluationFeed(this.validation);
    this.tail = new TailRunner(this.network);
  }

  get classes(): number {
    return this.network.graph.classes;
  }

  get imageCount(): number {
    return this.validation.indices.length;
  }

  /** Channels of an SE block. @throws PlaygroundError `engine/gate-edit` if there is no such block */
  channelsOf(block: BlockId): number {
    return channelsOf(block, this.network.graph.blocks);
  }

  images(indices: readonly number[]): Answer<'validationImages'> {
    return pixelsOf(this.validation, indices);
  }

  lookAt(choice: ImageChoice, classes: readonly (number | null)[]): Promise<Answer<'lookAt'>> {
    return lookAtImages(this.network, choosePixels(choice, this.validation), classes);
  }

  /** @throws PlaygroundError `engine/gate-edit` for edits that do not fit the model; `cancelled` if it was given up */
  async knockOut(edits: readonly GateEdit[], mayGoOn: MayGoOn): Promise<Answer<'knockOut'>> {
    const { graph, steps } = this.network;
    const { sums, correct } = await this.baseline(mayGoOn);
    const vectors = clampVectors(edits, graph.blocks, (block) => sums.gates.meanGates(block));
    if (vectors.size === 0) {
      const { accuracy, loss } = sums.evaluation();
      return { accuracy, loss, correct: correct.slice() };
    }
    const entry = steps.findIndex(({ nodes }) => nodes.some(({ id }) => vectors.has(id)));
    const clamps = new Map(
      [...vectors].map(([block, { keep, value }]): [BlockId, GateClamp] => [
        block,
        { keep: tf.tensor1d(keep), value: tf.tensor1d(value) },
      ]),
    );
    try {
      return await this.score(entry, (block) => clamps.get(block), mayGoOn);
    } finally {
      for (const { keep, value } of clamps.values()) tf.dispose([keep, value]);
    }
  }

  async recordTrace(indices: readonly number[], mayGoOn: MayGoOn): Promise<Answer<'recordTrace'>> {
    const { labels } = this.images(indices);
    const { sums } = await this.baseline(mayGoOn);
    const { blocks } = sums.gates.statistics();
    const gates = await this.gatesOf(indices, mayGoOn);
    return {
      imagesPerClass: this.imagesPerClass(),
      labels,
      blocks: blocks.map(({ mean, deviation, ...block }) => ({
        ...block,
        mean: Float32Array.from(mean),
        deviation: Float32Array.from(deviation),
        imageGates: gates.get(block.block)!,
      })),
    };
  }

  dispose(): void {
    this.tail.dispose();
    this.network.dispose();
  }

  private async score(
    entry: number,
    clampOf: (block: BlockId) => GateClamp | undefined,
    mayGoOn: MayGoOn,
  ): Promise<Answer<'knockOut'>> {
    const correct = new Uint8Array(this.imageCount);
    const total = { loss: 0, correct: 0 };
    for (let number = 0; number < this.feed.batches; number++) {
      if (!(await mayGoOn())) throw givenUp();
      const { labels, first } = this.feed.labelsOf(number);
      const logits = this.tail.run(number, () => this.feed.batch(number), entry, { clampOf });
      const values = await logits.data<'float32'>().finally(() => logits.dispose());
      const score = scoreLogits(values, labels, this.classes);
      correct.set(correctOnes(values, labels, this.classes), first);
      total.loss += score.loss;
      total.correct += score.correct;
    }
    return { accuracy: total.correct / this.imageCount, loss: total.loss / this.imageCount, correct };
  }

  private async baseline(mayGoOn: MayGoOn): Promise<{ sums: EvaluationSums; correct: Uint8Array }> {
    if (this.known) return this.known;
    const sums = new EvaluationSums(this.network.graph);
    const correct = new Uint8Array(this.imageCount);
    for (let number = 0; number < this.feed.batches; number++) {
      if (!(await mayGoOn())) throw givenUp();
      const batch = this.feed.batch(number);
      const output = await forwardBatch(this.network, batch);
      sums.add(output, batch.labels, batch.first);
      correct.set(correctOnes(output.logits, batch.labels, this.classes), batch.first);
    }
    return (this.known = { sums, correct });
  }

  private imagesPerClass(): number[] {
    const { source, indices } = this.validation;
    const counts = new Array<number>(this.classes).fill(0);
    for (const image of indices) counts[source.labels[image]!]!++;
    return counts;
  }

  /** Gates [indices, C] of some validation images, by block. */
  private async gatesOf(
    indices: readonly number[],
    mayGoOn: MayGoOn,
  ): Promise<Map<BlockId, Float32Array<ArrayBuffer>>> {
    const { source, indices: all } = this.validation;
    const feed = new EvaluationFeed({ source, indices: Uint32Array.from(indices, (index) => all[index]!) });
    const gates = new Map(
      this.network.graph.blocks.map(({ id, channels }): [BlockId, Float32Array<ArrayBuffer>] => [
        id,
        new Float32Array(indices.length * channels),
      ]),
    );
    for (let number = 0; number < feed.batches; number++) {
      if (!(await mayGoOn())) throw givenUp();
      const batch = feed.batch(number);
      const output = await forwardBatch(this.network, batch);
      for (const [block, values] of output.gates) {
        gates.get(block)!.set(values, batch.first * (values.length / batch.labels.length));
      }
    }
    return gates;
  }
}

function givenUp(): PlaygroundError {
  return new PlaygroundError('cancelled', 'The work was given up.');
}
