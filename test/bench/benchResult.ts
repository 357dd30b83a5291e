import * as v from 'valibot';

const ips = v.pipe(v.number(), v.gtValue(0));
const ratio = v.pipe(v.number(), v.gtValue(0));
const count = v.pipe(v.number(), v.integer(), v.gtValue(0));

const row = v.strictObject({
  model: v.string(),
  batch: count,
  workers: count,
  ours_ips: ips,
  /** PyTorch with as many threads; null where it is not installed. */
  torch_ips: v.nullable(ips),
  /** Stock TensorFlow.js, WebGL in the same browser; null if it was not measured. */
  stock_tfjs_ips: v.nullable(ips),
  ratio_torch: v.nullable(ratio),
  ratio_stock: v.nullable(ratio),
});

const growth = v.union([
  v.strictObject({ width: count, ours_ips: ips }),
  v.strictObject({ depth: count, ours_ips: ips }),
  v.strictObject({ batch: count, ours_ips: ips }),
]);

/** The line of JSON that `npm run bench` ends with. What was not measured is null or an empty list. All `_ips` are images per second. */
export const benchResultSchema = v.strictObject({
  rows: v.array(row),
  /** Time of a step with SE over that of a step without. */
  se_overhead: v.nullable(ratio),
  /** Part of a step in which it waits for its images. */
  feed_share: v.nullable(v.pipe(v.number(), v.minValue(0))),
  gemm_peak_gflops: v.nullable(ratio),
  /** Multiply-adds of a step, counted as if every convolution were direct, over what the GEMM peak would do in that time. */
  efficiency: v.nullable(ratio),
  webgl: v.nullable(v.strictObject({ renderer: v.string(), ours_ips: ips, stock_ips: ips, ratio })),
  growth: v.array(growth),
  /** The insert command on one long file after a key typed into it, medians in milliseconds; `parse_ms` is the grammar alone on the whole file. */
  editing: v.nullable(
    v.strictObject({
      lines: count,
      parse_ms: ratio,
      find_sites_ms: ratio,
      insert_ms: ratio,
      convert_ms: ratio,
    }),
  ),
  /** Gates recorded in an evaluation, `ratio` the time against one that does not look at them; a channel of a sweep over `sweep_images`. */
  excitation: v.nullable(
    v.strictObject({
      model: v.string(),
      images: count,
      plain_ips: ips,
      recording_ips: ips,
      ratio,
      sweep_images: count,
      sweeps: v.array(v.strictObject({ block: v.string(), anew_ms: ratio, kept_ms: ratio })),
    }),
  ),
  /** The panel's heatmap of recordings of that many blocks: medians; `_cpu_` is processor time of the page's thread. */
  heatmap: v.nullable(
    v.strictObject({
      blocks: count,
      channels: count,
      draw_ms: ratio,
      draw_cpu_ms: ratio,
      frames_per_second: ratio,
      frame_cpu_ms: ratio,
    }),
  ),
  memory: v.nullable(
    v.array(v.strictObject({ steps: count, wasm_bytes: count, tensor_bytes: count, tensors: count })),
  ),
});

export type BenchResult = v.InferOutput<typeof benchResultSchema>;
export type BenchRow = BenchResult['rows'][number];
export type Growth = BenchResult['growth'][number];
