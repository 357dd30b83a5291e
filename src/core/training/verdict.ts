/**
 * Did SE help? Run-to-run spread on small CIFAR nets is as large as the effect, so only paired seeds with an interval can say,
 * and "not distinguishable" is a full answer.
 */
import { jobId } from './runPlan';
import type { RunState } from './runState';
import { WITH_SE, WITHOUT_SE } from './runPlanner';
import { mean, pairedInterval } from './statistics';

export const VERDICT_KINDS = ['helps', 'hurts', 'notDistinguishable', 'tooFewSeeds'] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** Pairs from which a verdict is given. */
export const MINIMUM_PAIRS = 3;

/** Accuracies and differences are fractions (0.01 = one percentage point); a difference is arm b minus arm a. */
export interface Verdict {
  kind: VerdictKind;
  /** Seeds that finished in both arms, in plan order. */
  pairs: readonly { seed: number; a: number; b: number; difference: number }[];
  /** Absent without a pair. */
  meanDifference?: number;
  /** 95% interval of the mean difference by paired t; absent for fewer than two pairs. */
  interval?: { low: number; high: number };
  /** The verdict in words, for the user. */
  sentence: string;
}

/** Verdict over the final validation accuracies of the seeds that finished all epochs in both arms. */
export function runVerdict(state: RunState): Verdict {
  const final = (arm: 'a' | 'b', seed: number) =>
    state.jobs[jobId({ arm, seed })]?.series[state.plan.epochs - 1]?.validationAccuracy;
  const pairs = state.plan.seeds.flatMap((seed) => {
    const a = final('a', seed);
    const b = final('b', seed);
    return a === undefined || b === undefined ? [] : [{ seed, a, b, difference: b - a }];
  });
  const [first, second] = state.plan.arms;
  return decide(pairs, first?.label ?? WITHOUT_SE, second?.label ?? WITH_SE);
}

function decide(pairs: Verdict['pairs'], labelA: string, labelB: string): Verdict {
  const differences = pairs.map((pair) => pair.difference);
  const interval = pairedInterval(differences);
  const isSePair = labelA === WITHOUT_SE && labelB === WITH_SE;
  if (!interval) return undecided(pairs, labelA, labelB);

  const bounds = { low: interval.low, high: interval.high };
  const found = { pairs, meanDifference: interval.mean, interval: bounds };
  const numbers =
    `mean difference ${points(interval.mean)} points of validation accuracy, ` +
    `95% interval ${points(interval.low)} to ${points(interval.high)}, ${pairs.length} paired seeds`;
  if (pairs.length < MINIMUM_PAIRS) {
    const sentence =
      `Two seeds cannot tell: ${numbers}. With one degree of freedom the interval is very wide; ` +
      `train ${MINIMUM_PAIRS} seeds or more.`;
    return { kind: 'tooFewSeeds', ...found, sentence };
  }
  if (interval.low > 0) {
    const claim = isSePair ? 'SE helped' : `${labelB} is better than ${labelA}`;
    return { kind: 'helps', ...found, sentence: `${claim}: ${numbers}.` };
  }
  if (interval.high < 0) {
    const claim = isSePair ? 'SE hurt' : `${labelB} is worse than ${labelA}`;
    return { kind: 'hurts', ...found, sentence: `${claim}: ${numbers}.` };
  }
  const claim = isSePair
    ? 'With and without SE are not distinguishable'
    : `${labelA} and ${labelB} are not distinguishable`;
  return { kind: 'notDistinguishable', ...found, sentence: `${claim}: ${numbers}, which includes zero.` };
}

/** No pair or one. */
function undecided(pairs: Verdict['pairs'], labelA: string, labelB: string): Verdict {
  const [pair] = pairs;
  if (!pair) {
    return {
      kind: 'tooFewSeeds',
      pairs,
      sentence: 'No seed has finished in both models, so there is nothing to compare yet.',
    };
  }
  const meanDifference = mean(pairs.map(({ difference }) => difference));
  const sentence =
    `One seed cannot tell: ${labelB} ended ${points(meanDifference)} points of validation accuracy against ${labelA}, ` +
    `and the spread between seeds is often as large. Train ${MINIMUM_PAIRS} seeds or more for a verdict.`;
  return { kind: 'tooFewSeeds', pairs, meanDifference, sentence };
}

/** A fraction as signed percentage points with two decimals, e.g. 0.0123 -> "+1.23"; a true minus sign. */
export function points(fraction: number): string {
  const rounded = (Math.abs(fraction) * 100).toFixed(2);
  if (Number(rounded) === 0) return '0.00';
  return `${fraction < 0 ? '\u2212' : '+'}${rounded}`;
}
