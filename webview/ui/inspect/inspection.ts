import type { Result } from '../../../src/protocol/contract';
import { MAX_IMAGES_LOOKED_AT, type WorkerContract } from '../../../src/protocol/uiWorkerContract';
import type { NetworkGates } from '../../../src/core/excitation/gateMath';
import { IMAGE_BYTES } from '../../../src/core/data/labelledImages';
import type { Microscope, OpenSpecimen } from './microscope';
import type { SpecimenChoice } from './specimens';

/** How the model as it was trained does on its validation images. */
export type Baseline = Result<WorkerContract, 'knockOut'>;

export interface ValidationImage {
  /** Its place among the validation images. */
  index: number;
  label: number;
  /** [32, 32, 3], 8-bit RGB. */
  pixels: Uint8Array<ArrayBuffer>;
}

/** What has been found out about one trained model, as long as it is the one being looked into. */
export class Inspection {
  private readonly ended = new AbortController();
  private readonly images = new Map<number, ValidationImage>();
  private measuring: Promise<Baseline> | undefined;
  private found: Baseline | undefined;
  private averaging: Promise<NetworkGates> | undefined;

  constructor(
    readonly choice: SpecimenChoice,
    private readonly microscope: Microscope,
  ) {}

  /** The baseline, if it has been measured. */
  get known(): Baseline | undefined {
    return this.found;
  }

  /** Does the work with the model open; see `Microscope.use`. */
  ask<R>(work: (open: OpenSpecimen, signal: AbortSignal) => Promise<R>, signal?: AbortSignal): Promise<R> {
    const { signal: ended } = this.ended;
    return this.microscope.use(this.choice, work, signal ? AbortSignal.any([ended, signal]) : ended);
  }

  /** Measured once. */
  baseline(): Promise<Baseline> {
    this.measuring ??= this.ask(({ channel }, signal) =>
      channel.request('knockOut', { edits: [] }, { signal }),
    ).then(
      (found) => (this.found = found),
      (problem: unknown) => {
        this.measuring = undefined;
        throw problem;
      },
    );
    return this.measuring;
  }

  /** Mean gates of the classes over all validation images; computed once, if the run did not record them. */
  classMeans(): Promise<NetworkGates> {
    if (this.choice.means) return Promise.resolve(this.choice.means);
    this.averaging ??= this.ask(({ channel }, signal) =>
      channel.request('recordTrace', { indices: [] }, { signal }),
    ).catch((problem: unknown) => {
      this.averaging = undefined;
      throw problem;
    });
    return this.averaging;
  }

  /** The images of these indices, in that order; fetched once. */
  async validationImages(indices: readonly number[], signal: AbortSignal): Promise<ValidationImage[]> {
    const missing = indices.filter((index) => !this.images.has(index));
    for (let from = 0; from < missing.length; from += MAX_IMAGES_LOOKED_AT) {
      const wanted = missing.slice(from, from + MAX_IMAGES_LOOKED_AT);
      const { pixels, labels } = await this.ask(
        ({ channel }, both) => channel.request('validationImages', { indices: wanted }, { signal: both }),
        signal,
      );
      wanted.forEach((index, place) => {
        const own = new Uint8Array(pixels.subarray(place * IMAGE_BYTES, (place + 1) * IMAGE_BYTES));
        this.images.set(index, { index, label: labels[place] ?? 0, pixels: own });
      });
    }
    return indices.flatMap((index) => this.images.get(index) ?? []);
  }

  /** Nobody looks at this model any more: what it still waits for is cancelled. */
  end(): void {
    this.ended.abort();
  }
}
