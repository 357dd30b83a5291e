import { ExcitationAccumulator } from '../../../src/core/excitation/excitationAccumulator';
import type { ChosenImage, ExcitationSummary } from '../../../src/core/excitation/excitationSummary';
import type { BlockId, Graph } from '../../../src/core/model/graph';
import { scoreLogits, type Score } from './scoreLogits';

export interface BatchOutput {
  /** [n, classes], row-major. */
  logits: Float32Array;
  /** Gates [n, C] of each SE block, row-major. */
  gates: [BlockId, Float32Array][];
}

export interface Evaluation {
  /** Mean cross-entropy, in nats. */
  loss: number;
  accuracy: number;
  /** Null for a network without SE. */
  excitation: ExcitationSummary | null;
}

const SCORE_VALUES = 3;

/** What an evaluation adds up. The workers of a group add up a part each, and merge. */
export class EvaluationSums {
  private readonly total: Score = { images: 0, loss: 0, correct: 0 };
  readonly gates: ExcitationAccumulator;

  /** @param images those whose gates are kept one by one */
  constructor(
    private readonly graph: Graph,
    images: readonly ChosenImage[] = [],
  ) {
    this.gates = new ExcitationAccumulator(graph.blocks, graph.classes, images);
  }

  /** @param first index of the batch's first image among all that are evaluated */
  add(output: BatchOutput, labels: Int32Array, first: number): void {
    this.addScore(scoreLogits(output.logits, labels, this.graph.classes));
    for (const [block, values] of output.gates) this.gates.add(block, values, labels, first);
  }

  /** For `merge` in another worker. */
  state(): Float64Array {
    const { images, loss, correct } = this.total;
    const gates = this.gates.state();
    const state = new Float64Array(SCORE_VALUES + gates.length);
    state.set([images, loss, correct]);
    state.set(gates, SCORE_VALUES);
    return state;
  }

  merge(state: Float64Array): void {
    const [images = 0, loss = 0, correct = 0] = state;
    this.addScore({ images, loss, correct });
    this.gates.merge(state.subarray(SCORE_VALUES));
  }

  evaluation(): Evaluation {
    const { images, loss, correct } = this.total;
    return {
      loss: loss / images,
      accuracy: correct / images,
      excitation: this.graph.blocks.length === 0 ? null : this.gates.summary(),
    };
  }

  private addScore({ images, loss, correct }: Score): void {
    this.total.images += images;
    this.total.loss += loss;
    this.total.correct += correct;
  }
}
