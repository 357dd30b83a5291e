/** Sums over images; divide by `images` for means. */
export interface Score {
  images: number;
  /** Sum of the cross-entropies, natural log, without label smoothing: comparable between recipes and between splits. */
  loss: number;
  /** Images whose class has the largest logit; a tie goes to the first class. */
  correct: number;
}

/** Scores logits [n, classes], row-major, against labels [n]. Non-finite logits give a non-finite loss. */
export function scoreLogits(logits: ArrayLike<number>, labels: Int32Array, classes: number): Score {
  const score: Score = { images: labels.length, loss: 0, correct: 0 };
  labels.forEach((label, image) => {
    const row = image * classes;
    const best = largestOf(logits, row, classes);
    // log-sum-exp relative to the largest logit cannot overflow.
    const largest = logits[row + best]!;
    let sum = 0;
    for (let index = 0; index < classes; index++) sum += Math.exp(logits[row + index]! - largest);
    score.loss += Math.log(sum) + largest - logits[row + label]!;
    if (best === label) score.correct++;
  });
  return score;
}

/** 1 for each image whose class has the largest logit, else 0: [n]. */
export function correctOnes(logits: ArrayLike<number>, labels: Int32Array, classes: number): Uint8Array {
  return Uint8Array.from(labels, (label, image) =>
    largestOf(logits, image * classes, classes) === label ? 1 : 0,
  );
}

/** The first class with the largest of the logits from `row` on. */
export function largestOf(logits: ArrayLike<number>, row: number, classes: number): number {
  let best = 0;
  for (let index = 1; index < classes; index++) if (logits[row + index]! > logits[row + best]!) best = index;
  return best;
}
