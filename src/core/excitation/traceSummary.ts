import type { Gate } from '../model/modelSpec';
import { roundedStatistic } from './excitationAccumulator';
import type { ChosenImage, ExcitationSummary } from './excitationSummary';
import type { ExcitationTrace, TracedImage } from './trace';

/** What a summary does not say of itself. */
export type AboutTrace = Pick<
  ExcitationTrace,
  'producer' | 'model' | 'recordedAt' | 'epoch' | 'code' | 'classNames'
> & { gate?: Gate };

/** How a validation image is called in a trace: with its place among them. */
const IMAGE_ID = 'validation/';

/**
 * The trace of an evaluation of our own engine.
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
    images: (summary.images ?? []).map(({ index, label }) => ({ id: `${IMAGE_ID}${index}`, label })),
    blocks: summary.blocks.map(({ mean, deviation, imageGates, ...block }) => ({
      ...block,
      ...(gate && { gate }),
      measured: 'activation',
      mean: Float32Array.from(mean),
      deviation: Float32Array.from(deviation),
      ...(imageGates && { imageGates: Float32Array.from(imageGates) }),
    })),
  };
}

/**
 * The trace in the form of our own runs, to their five decimals; what `traceOfSummary` was given comes back unchanged. Images of others, which are
 * no validation images of ours, are left out.
 */
export function summaryOfTrace(trace: ExcitationTrace): ExcitationSummary {
  const { classNames, imagesPerClass, blocks } = trace;
  const images = validationImages(trace.images);
  return {
    classes: classNames.length,
    imagesPerClass,
    ...(images && { images }),
    blocks: blocks.map(({ block, channels, mean, deviation, saturatedLow, saturatedHigh, imageGates }) => ({
      block,
      channels,
      mean: Array.from(mean, roundedStatistic),
      deviation: Array.from(deviation, roundedStatistic),
      saturatedLow,
      saturatedHigh,
      ...(images && imageGates && { imageGates: Array.from(imageGates, roundedStatistic) }),
    })),
  };
}

/** Undefined unless all of them are. */
function validationImages(images: readonly TracedImage[]): ChosenImage[] | undefined {
  const chosen = images.flatMap(({ id, label }) =>
    /^validation\/\d{1,9}$/.test(id) ? [{ index: Number(id.slice(IMAGE_ID.length)), label }] : [],
  );
  return images.length > 0 && chosen.length === images.length ? chosen : undefined;
}
