/** What the numbers say, in sentences. */
import type { ClampTarget } from '../../../../src/core/excitation/gateEdit';
import { plural, signedPoints } from '../../format/numbers';
import type { Baseline } from '../inspection';
import type { KnockOutResult } from './knockOuts';
import { byHarm, type Sweep } from './sweep';

/** Changes of accuracy below this are told as none: a tenth of a percentage point. */
const NOTICEABLE = 0.001;
/** The level at which one test alone would count as a finding. */
const SIGNIFICANT = 0.05;

/** What to look for with that target. */
export function whatToLookFor(to: ClampTarget): string {
  switch (to) {
    case 'mean':
      return 'At its mean a gate no longer depends on the image. Look for blocks where that costs accuracy: there SE really reacts to its input. Where nothing changes, a constant scale would do.';
    case 'one':
      return 'At 1 a gate lets its channel pass untouched: the block is removed without training again. Look for stages that can go at little cost, as the paper found for its last one.';
    case 'zero':
      return 'At 0 a gate shuts its channel off. Look for channels whose loss costs most: the network depends on them. All channels of a block at 0 leave its shortcut alone.';
  }
}

/** The most harmful of the results, and how many hardly matter. */
export function resultsFinding(results: readonly KnockOutResult[], baseline: Baseline): string {
  if (results.length === 0) return '';
  const changes = results.map((result) => result.accuracy - baseline.accuracy);
  const most = changes.indexOf(Math.min(...changes));
  const quiet = changes.filter((change) => Math.abs(change) < NOTICEABLE).length;
  const told = results.filter(({ changes: { pValue } }) => pValue < SIGNIFICANT).length;
  const worst = `Most costly: ${results[most]?.what ?? ''}, ${signedPoints(changes[most], 2)} points.`;
  const caution =
    results.length > 1
      ? ` Of ${results.length} rows ${told} have p below 0.05; about ${(SIGNIFICANT * results.length).toFixed(1)} would by chance alone.`
      : '';
  return `${worst} ${plural(quiet, 'row')} change${quiet === 1 ? 's' : ''} the accuracy by less than 0.1 points.${caution}`;
}

/** The channel that costs most, and how the others divide. */
export function sweepFinding(sweep: Sweep, baseline: Baseline): string {
  const [worst] = byHarm(sweep);
  if (!worst) return '';
  const changes = sweep.channels.map(({ accuracy }) => accuracy - baseline.accuracy);
  const quiet = changes.filter((change) => Math.abs(change) < NOTICEABLE).length;
  const better = changes.filter((change) => change >= NOTICEABLE).length;
  const partly =
    sweep.channels.length < sweep.total ? ` so far (${sweep.channels.length} of ${sweep.total})` : '';
  return `Most costly${partly}: channel ${worst.channel}, ${signedPoints(worst.accuracy - baseline.accuracy, 2)} points. ${plural(quiet, 'channel')} change the accuracy by less than 0.1 points, and ${better} raise it by that or more.`;
}

/** A p-value to three decimals; the small ones as a bound. */
export function pText(pValue: number): string {
  return pValue < 0.001 ? '< 0.001' : pValue.toFixed(3);
}
