/** Mean softmax cross-entropy with label smoothing, in float64: -mean over n of sum over k of target[n, k] log p[n, k]. */
export function referenceCrossEntropy(
  logits: Float64Array,
  labels: readonly number[],
  labelSmoothing: number,
): { loss: number; dLogits: Float64Array } {
  const classes = logits.length / labels.length;
  const dLogits = new Float64Array(logits.length);
  let loss = 0;
  labels.forEach((label, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const largest = Math.max(...row);
    const total = row.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    row.forEach((value, k) => {
      const logProbability = value - largest - Math.log(total);
      const target = (k === label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      loss -= (target * logProbability) / labels.length;
      dLogits[n * classes + k] = (Math.exp(logProbability) - target) / labels.length;
    });
  });
  return { loss, dLogits };
}
