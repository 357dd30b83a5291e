/**
 * Small-sample statistics. Student's t for whole degrees of freedom, which is all that paired seeds need, in the closed form of
 * Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4: exact, without the gamma function.
 */

/** Arithmetic mean; NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** Standard deviation with n - 1 in the denominator; NaN for fewer than two values. */
export function sampleDeviation(values: readonly number[]): number {
  if (values.length < 2) return NaN;
  const center = mean(values);
  const squares = values.reduce((total, value) => total + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Middle value (mean of the middle two for an even count); NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (lower + upper) / 2;
}

/** P(T <= t) of Student's t with a whole number of degrees of freedom, 1 or more. */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  requireDegrees(degreesOfFreedom);
  return 0.5 + centralProbability(Math.atan(t / Math.sqrt(degreesOfFreedom)), degreesOfFreedom) / 2;
}

/** The t with P(T <= t) = `probability` (strictly between 0 and 1); whole degrees of freedom. */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  requireDegrees(degreesOfFreedom);
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`${probability} is not a probability inside (0, 1)`);
  if (probability < 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
  // The angle theta = atan(t / sqrt(dof)) keeps the search bounded; 60 halvings of [0, pi/2] reach double precision.
  const central = 2 * probability - 1;
  let low = 0;
  let high = Math.PI / 2;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, degreesOfFreedom) < central) low = middle;
    else high = middle;
  }
  return Math.tan((low + high) / 2) * Math.sqrt(degreesOfFreedom);
}

/** P(-t < T < t) at theta = atan(t / sqrt(dof)); odd in theta. */
function centralProbability(theta: number, degreesOfFreedom: number): number {
  const odd = degreesOfFreedom % 2 === 1;
  if (degreesOfFreedom === 1) return (2 * theta) / Math.PI;
  const cosine = Math.cos(theta);
  // Terms cos^k with k of the parity of dof - 2; each is the one before times cos^2 and the next ratio of the double factorials.
  let term = odd ? cosine : 1;
  let sum = term;
  for (let k = odd ? 3 : 2; k <= degreesOfFreedom - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  const partial = Math.sin(theta) * sum;
  return odd ? (2 / Math.PI) * (theta + partial) : partial;
}

function requireDegrees(degreesOfFreedom: number): void {
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(`Student's t needs a whole number of degrees of freedom, not ${degreesOfFreedom}`);
  }
}

export interface PairedInterval {
  /** Number of pairs. */
  pairs: number;
  mean: number;
  low: number;
  high: number;
}

/** Two-sided confidence interval of the mean of paired differences, by Student's t; undefined for fewer than two pairs. */
export function pairedInterval(
  differences: readonly number[],
  confidence = 0.95,
): PairedInterval | undefined {
  const pairs = differences.length;
  if (pairs < 2) return undefined;
  const center = mean(differences);
  const t = studentTQuantile(0.5 + confidence / 2, pairs - 1);
  const halfWidth = (t * sampleDeviation(differences)) / Math.sqrt(pairs);
  return { pairs, mean: center, low: center - halfWidth, high: center + halfWidth };
}

/** How the answers of one classifier differ from those of another on the same images. */
export interface AnswerChanges {
  /** Right before, wrong after; and the reverse. */
  becameWrong: number;
  becameRight: number;
  /** Two-sided p-value of the exact McNemar test: chance of so one-sided a split, or a more one-sided one, if changes go either way alike. */
  pValue: number;
}

/**
 * Compares two classifiers by the images on which they differ (Q. McNemar, 1947), with the binomial distribution itself instead of its
 * approximation, so that few changes are judged rightly too.
 *
 * @param before [images], not 0 where the answer was right
 * @param after [images], of the same images
 * @throws RangeError if they are not of the same number of images
 */
export function answerChanges(before: ArrayLike<number>, after: ArrayLike<number>): AnswerChanges {
  if (before.length !== after.length) {
    throw new RangeError(`${before.length} answers cannot be paired with ${after.length}`);
  }
  let becameWrong = 0;
  let becameRight = 0;
  for (let image = 0; image < before.length; image++) {
    if (before[image] && !after[image]) becameWrong++;
    else if (!before[image] && after[image]) becameRight++;
  }
  return { becameWrong, becameRight, pValue: signTest(becameWrong, becameRight) };
}

/** Two-sided p-value of `some` against `others` if each had the probability 1/2; 1 if there are none. */
function signTest(some: number, others: number): number {
  const trials = some + others;
  const fewer = Math.min(some, others);
  // P(X <= fewer) as its largest term, the last one, times a sum that begins with 1: 2 ** -10000 alone would be 0.
  let logLast = -trials * Math.LN2;
  for (let k = 1; k <= fewer; k++) logLast += Math.log((trials - k + 1) / k);
  let sum = 1;
  let term = 1;
  for (let k = fewer; k > 0; k--) {
    term *= k / (trials - k + 1);
    sum += term;
  }
  return Math.min(1, 2 * Math.exp(logLast) * sum);
}
