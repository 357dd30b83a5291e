import type { Gate } from '../model/modelSpec';
import type { BlockTrace, ExcitationTrace } from './trace';

/** Values that each gate can have. */
const RANGES: Readonly<Record<Gate, readonly [number, number]>> = {
  sigmoid: [0, 1],
  'hard-sigmoid': [0, 1],
  tanh: [-1, 1],
  relu: [0, Infinity],
};
/** What the rounding of sums and ratios may add. */
const SLACK = 1e-3;
/** Ids are looked up by name; these are names of every object. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Why the parts of a trace cannot be true together, as part of a sentence; undefined if they can. */
export function traceProblem(trace: ExcitationTrace): string | undefined {
  const { classNames, imagesPerClass, images, blocks } = trace;
  const classes = classNames.length;
  if (imagesPerClass.length !== classes) {
    return `${imagesPerClass.length} counts of images are not one for each of ${classes} classes`;
  }
  if (images.some(({ label }) => label >= classes)) return `an image is of none of the ${classes} classes`;
  const seen = new Set<string>();
  for (const block of blocks) {
    if (RESERVED.has(block.block)) return `a block must not be called ${block.block}`;
    if (seen.has(block.block)) return `block ${block.block} comes twice`;
    seen.add(block.block);
    const problem = blockProblem(block, classes, images.length);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function blockProblem(block: BlockTrace, classes: number, images: number): string | undefined {
  const { channels, mean, deviation, imageGates, saturatedLow, saturatedHigh } = block;
  const sized =
    mean.length === classes * channels &&
    deviation.length === classes * channels &&
    (images === 0 ? imageGates === undefined : imageGates?.length === images * channels);
  if (!sized) return `the arrays of ${block.block} do not have one row for each class and image`;
  if (saturatedLow + saturatedHigh > 1 + SLACK) return `more than all gates of ${block.block} are saturated`;
  const [low, high] = block.gate ? RANGES[block.gate] : [-Infinity, Infinity];
  const isGate = (value: number) => Number.isFinite(value) && value >= low - SLACK && value <= high + SLACK;
  if (!mean.every(isGate) || imageGates?.every(isGate) === false) {
    return `a gate of ${block.block} is not a number${block.gate ? `, or is out of the range of ${block.gate}` : ''}`;
  }
  // No distribution on an interval deviates by more than half of it.
  const most = (high - low) / 2 + SLACK;
  const isDeviation = (value: number) => Number.isFinite(value) && value >= 0 && value <= most;
  if (!deviation.every(isDeviation)) return `a deviation of ${block.block} is not possible`;
  return undefined;
}
