/**
 * The training loop. Never `model.fit` and never `tf.nextFrame`: both wait for animation frames, which stand still in a hidden panel.
 *
 * Several workers may train one job together (parallel/sharedStep.ts), each with a Trainer. The one of rank 0 leads: it obeys the user and tells
 * the page. The others wait for its gradients and so keep step with it, through its pauses too, until it ends the exchange.
 *
 * Nothing random is carried from step to step: batch order, augmentation and learning rate follow from the seed, the epoch and the step.
 * So a job that goes on from the checkpoint of epoch k ends, on WASM, with the very weights of one that was never interrupted.
 */
import { getBackend } from '@tensorflow/tfjs-core';
import type { Dataset } from '../../../src/core/data/labelledImages';
import { isCancelled, PlaygroundError } from '../../../src/core/errors';
import { compileModel } from '../../../src/core/model/compileModel';
import { learningRateAt } from '../../../src/core/training/learningRate';
import type { JobOrder } from '../../../src/protocol/uiWorkerContract';
import { splitDataset, type ChosenImages } from '../feed/splitDataset';
import { TrainingFeed } from '../feed/trainingFeed';
import { buildNetwork, type Network } from '../network/buildNetwork';
import { GradientExchange } from '../parallel/gradientExchange';
import { SharedStep } from '../parallel/sharedStep';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  unusable,
  type Checkpoint,
} from '../../../src/core/weights/checkpoint';
import { EpochClock } from './epochClock';
import { evaluateNetwork } from './evaluateNetwork';
import type { JobControl } from './jobControl';
import { MessageYield } from './messageYield';
import { createOptimizer } from './createOptimizer';
import type { Optimizer } from './optimizer';
import type { Score } from './scoreLogits';
import { diverged, StepReadout } from './stepReadout';
import { captureState, restoreState } from './trainingState';
import { trainStep } from './trainStep';
import type { WorkerEmit } from './workerEmit';

/** Progress is for human eyes: fast steps need not all be told. */
const PROGRESS_INTERVAL_MS = 200;

export class Trainer {
  private readonly network: Network;
  private readonly optimizer: Optimizer;
  private readonly feed: TrainingFeed;
  private readonly validation: ChosenImages;
  private readonly exchange: GradientExchange;
  private readonly sharedStep: SharedStep | undefined;
  private readonly readout = new StepReadout(getBackend() !== 'wasm');
  private readonly messages = new MessageYield();
  private toldAtMs = -Infinity;

  /**
   * Builds the network and puts the checkpoint's values in, if there is one.
   *
   * @throws PlaygroundError `storage/checkpoint` if the checkpoint cannot be used
   */
  constructor(
    private readonly order: JobOrder,
    data: Dataset,
    private readonly control: JobControl,
    private readonly emit: WorkerEmit,
  ) {
    const { job, recipe, group = { rank: 0, ports: [] } } = order;
    // The contract's room has no lib with MessagePort; its guard lets nothing else through.
    this.exchange = new GradientExchange(group.rank, group.ports as MessagePort[]);
    const { training, validation } = splitDataset(data, recipe, job.seed);
    this.validation = validation;
    this.feed = new TrainingFeed(training.source, training.indices, {
      ...recipe,
      seed: job.seed,
      place: this.exchange,
    });
    this.network = buildNetwork(compileModel(order.spec), job.seed);
    this.optimizer = createOptimizer(recipe, this.network.parameters);
    try {
      this.restore();
      this.sharedStep = this.shareSteps();
    } catch (thrown) {
      this.exchange.close(PlaygroundError.from(thrown, 'engine/step-failed'));
      this.dispose();
      throw thrown;
    }
  }

  /** Trains to the last epoch. False if the job was stopped before. A failure fails the other workers of the group too, with its reason. */
  async run(): Promise<boolean> {
    try {
      for (let epoch = this.order.fromEpoch + 1; epoch <= this.order.epochs; epoch++) {
        if (!(await this.runEpoch(epoch))) return false;
      }
      return true;
    } catch (thrown) {
      if (!this.leads && isCancelled(thrown)) return false;
      this.exchange.close(PlaygroundError.from(thrown, 'engine/step-failed'));
      throw thrown;
    }
  }

  /** Frees every tensor, and lets the others of the group go; the trainer must not be used after. */
  dispose(): void {
    this.exchange.close();
    this.readout.dispose();
    this.network.dispose();
    this.optimizer.dispose();
    this.messages.close();
  }

  private get leads(): boolean {
    return this.exchange.rank === 0;
  }

  private shareSteps(): SharedStep | undefined {
    const { size } = this.exchange;
    const { batchSize, shardSize } = this.feed;
    if (size === 1) return undefined;
    if (shardSize === 0) {
      throw new PlaygroundError(
        'engine/empty-shard',
        `${size} workers cannot share batches of ${batchSize} images. Raise the batch size, and start again.`,
      );
    }
    return new SharedStep(this.network, this.optimizer, this.exchange, shardSize / batchSize);
  }

  private restore(): void {
    const { fromEpoch, checkpoint } = this.order;
    if (fromEpoch === 0) return;
    if (!checkpoint) throw unusable('there is none');
    const stored = decodeCheckpoint(checkpoint);
    if (stored.epoch !== fromEpoch)
      throw unusable(`it was made after epoch ${stored.epoch}, not ${fromEpoch}`);
    restoreState(this.network, this.optimizer, stored);
  }

  private async runEpoch(epoch: number): Promise<boolean> {
    const clock = new EpochClock(this.feed.batchSize);
    const mayGoOn = () => this.nextTurn(clock);
    const score = await this.trainEpoch(epoch, clock, mayGoOn);
    if (!score) return false;
    const { stepMs, imagesPerSecond } = clock;
    await this.sharedStep?.averageStatistics();
    const evaluation = await evaluateNetwork(this.network, this.validation, mayGoOn, this.exchange);
    if (!evaluation) return false;
    if (!this.leads) return true;
    const learningRate = this.learningRate(epoch * this.feed.stepsPerEpoch - 1);
    const checkpoint = await this.capture(epoch);
    requireFinite(evaluation.loss, checkpoint, learningRate);

    const metrics = {
      ...this.order.job,
      epoch,
      trainLoss: score.loss / score.images,
      trainAccuracy: score.correct / score.images,
      validationLoss: evaluation.loss,
      validationAccuracy: evaluation.accuracy,
      imagesPerSecond,
      stepMs,
      epochMs: clock.epochMs,
      learningRate,
    };
    this.emit('epoch', { metrics, excitation: evaluation.excitation });
    const data = encodeCheckpoint(checkpoint);
    this.emit('checkpoint', { job: this.order.job, epoch, data }, [data.buffer]);
    return true;
  }

  /** The score of the epoch's training batches, each taken before its update; undefined if the job was stopped. */
  private async trainEpoch(
    epoch: number,
    clock: EpochClock,
    mayGoOn: () => Promise<boolean>,
  ): Promise<Score | undefined> {
    const { labelSmoothing } = this.order.recipe;
    const { stepsPerEpoch } = this.feed;
    this.feed.startEpoch(epoch);
    for (let index = 0; index < stepsPerEpoch; index++) {
      if (!(await mayGoOn())) return undefined;
      await clock.step(async () => {
        const step = (epoch - 1) * stepsPerEpoch + index;
        const learningRate = this.learningRate(step);
        const batch = this.feed.batch(index);
        const settings = { learningRate, labelSmoothing, step };
        const place = { epoch, step: index + 1, learningRate };
        if (this.sharedStep) {
          this.readout.addScore(await this.sharedStep.train(batch, settings), place);
        } else {
          const logits = trainStep(this.network, this.optimizer, batch, settings);
          await this.readout.add({ ...place, logits, labels: batch.labels });
        }
      });
      this.tellProgress(epoch, index + 1, clock);
    }
    return this.readout.finishEpoch();
  }

  /** Lets messages in and obeys them. False to stop. */
  private async nextTurn(clock: EpochClock): Promise<boolean> {
    await this.messages.turn();
    return clock.pause(() => this.control.mayGoOn());
  }

  private learningRate(step: number): number {
    return learningRateAt(this.order.recipe, step, this.feed.stepsPerEpoch, this.order.epochs);
  }

  private tellProgress(epoch: number, step: number, clock: EpochClock): void {
    const { stepsPerEpoch } = this.feed;
    const loss = this.readout.lastLoss;
    const nowMs = performance.now();
    const due = nowMs - this.toldAtMs >= PROGRESS_INTERVAL_MS || step === stepsPerEpoch;
    // On WebGL the first step's loss is not known yet.
    if (!due || Number.isNaN(loss) || !this.leads) return;
    this.toldAtMs = nowMs;
    const { imagesPerSecond } = clock;
    this.emit('progress', { job: this.order.job, epoch, step, stepsPerEpoch, loss, imagesPerSecond });
  }

  private capture(epoch: number): Promise<Checkpoint> {
    const step = epoch * this.feed.stepsPerEpoch;
    return captureState(this.network, this.optimizer, { epoch, step });
  }
}

/** The training losses were finite; what the last update made of the weights shows only here. */
function requireFinite(validationLoss: number, { epoch, tensors }: Checkpoint, learningRate: number): void {
  if (!Number.isFinite(validationLoss)) {
    throw diverged(`the loss in the evaluation after epoch ${epoch}`, learningRate);
  }
  for (const { name, values } of tensors) {
    if (!values.every(Number.isFinite)) throw diverged(`${name} after epoch ${epoch}`, learningRate);
  }
}
