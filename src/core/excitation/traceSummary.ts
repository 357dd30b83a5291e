import type { Gate } from '../model/modelSpec';
import { roundedStatistic } from './excitationAccumulator';
import type { ExcitationSummary } from './excitationSummary';
import type { ExcitationTrace } from './trace';

/** What a summary does not say of itself. */
export type AboutTrace = Pick<
  ExcitationTrace,
  'producer' | 'model' | 'recordedAt' | 'epoch' | 'code' | 'classNames'
> & { gate?: Gate };

/**
 * The trace of an evaluation of our own engine, without images.
 *
 * @throws RangeError if there is not one name for each class
 */
export function traceOfSummary(summary: ExcitationSummary, { gate, ...about }: AboutTrace): ExcitationTrace {
  if (about.classNames.length !== summary.classes) {
    throw new RangeError(
      `${about.classNames.length} names are not one for each of ${summary.classes} classes`,
    );
  }
  return {
    ...about,
    imagesPerClass: summary.imagesPerClass,
    images: [],
    blocks: summary.blocks.map(({ mean, deviation, ...block }) => ({
      ...block,
      ...(gate && { gate }),
      measured: 'activation',
      mean: Float32Array.from(mean),
      deviation: Float32Array.from(deviation),
    })),
  };
}

/** The trace in the form of our own runs, to their five decimals; what `traceOfSummary` was given comes back unchanged. */
export function summaryOfTrace({ classNames, imagesPerClass, blocks }: ExcitationTrace): ExcitationSummary {
  return {
    classes: classNames.length,
    imagesPerClass,
    blocks: blocks.map(({ block, channels, mean, deviation, saturatedLow, saturatedHigh }) => ({
      block,
      channels,
      mean: Array.from(mean, roundedStatistic),
      deviation: Array.from(deviation, roundedStatistic),
      saturatedLow,
      saturatedHigh,
    })),
  };
}
