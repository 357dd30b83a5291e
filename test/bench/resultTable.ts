import type { BenchPlan } from './benchPlan';
import type { BenchResult } from './benchResult';

/** The result for human eyes, with what one must know to read it. */
export function resultTable(result: BenchResult, plan: BenchPlan): string {
  return [
    ...rowLines(result, plan),
    ...partLines(result),
    ...webglLines(result, plan),
    ...growthLines(result),
    ...memoryLines(result),
    ...editingLines(result),
    ...heatmapLines(result),
    ...excitationLines(result),
  ].join('\n');
}

function rowLines({ rows }: BenchResult, { repetitions, stock }: BenchPlan): string[] {
  if (rows.length === 0) return [];
  const cell = (value: number | null, digits: number) => value?.toFixed(digits) ?? '-';
  const cells = rows.map((row) => [
    row.model,
    String(row.batch),
    String(row.workers),
    cell(row.ours_ips, 0),
    cell(row.torch_ips, 0),
    cell(row.ratio_torch, 2),
    cell(row.stock_tfjs_ips, 2),
    cell(row.ratio_stock, 0),
  ]);
  const head = ['model', 'batch', 'workers', 'ours', 'PyTorch', 'ratio', 'stock tfjs', 'ratio'];
  return [
    'Images per second, whole training steps',
    ...aligned([head, ...cells]),
    `Medians of ${repetitions} pieces, taken in turn. PyTorch has as many threads as we have workers` +
      `${rows[0]!.torch_ips === null ? '; it is not installed here (Debian: python3-torch).' : ', and its batches ready in memory.'}`,
    stock.steps > 0
      ? `Stock TensorFlow.js trains on WebGL with batch ${stock.batch}. On software WebGL a step takes ten seconds, so its pieces are ` +
        `${stock.steps} single steps, spread over the same contest (deeper models: ${stock.deeper ? 'one step' : 'not measured'}).`
      : 'Stock TensorFlow.js was not measured.',
  ];
}

function partLines({ se_overhead, feed_share, gemm_peak_gflops, efficiency }: BenchResult): string[] {
  if (se_overhead === null || feed_share === null || gemm_peak_gflops === null || efficiency === null)
    return [];
  return [
    '',
    `A step with SE takes ${se_overhead.toFixed(3)} times one without; ${(100 * feed_share).toFixed(1)}% of it is waiting for images.`,
    `Matrix products reach ${gemm_peak_gflops.toFixed(1)} GFLOP/s in the same worker; the step does its nominal multiply-adds at ${(100 * efficiency).toFixed(0)}% of that`,
    '(nominal: as if every convolution were direct; Winograd needs fewer, so this may pass 100%).',
  ];
}

function webglLines({ webgl }: BenchResult, { stock, webglSteps }: BenchPlan): string[] {
  if (!webgl) return [];
  return [
    '',
    `WebGL, batch ${stock.batch}, medians of ${webglSteps} steps (they are slow): ours ${webgl.ours_ips.toFixed(2)}, stock ` +
      `${webgl.stock_ips.toFixed(2)} images/s, ratio ${webgl.ratio.toFixed(2)}, on ${webgl.renderer}`,
  ];
}

function growthLines({ growth }: BenchResult): string[] {
  if (growth.length === 0) return [];
  const cells = growth.map(({ ours_ips, ...size }) => {
    const [name, value] = Object.entries(size)[0] as [string, number];
    return [`${name} ${value}`, ours_ips.toFixed(0)];
  });
  return ['', ...aligned([['one worker', 'images/s'], ...cells])];
}

function memoryLines({ memory }: BenchResult): string[] {
  if (!memory) return [];
  return [
    '',
    ...memory.map(
      ({ steps, wasm_bytes, tensor_bytes, tensors }) =>
        `After ${steps} steps: ${(wasm_bytes / 2 ** 20).toFixed(1)} MiB of WASM memory, ${tensors} tensors of ${tensor_bytes} bytes.`,
    ),
  ];
}

function editingLines({ editing }: BenchResult): string[] {
  if (!editing) return [];
  const { lines, parse_ms, find_sites_ms, insert_ms, convert_ms } = editing;
  return [
    '',
    `A Python file of ${lines} lines, warm, after a key: all sites found in ${find_sites_ms.toFixed(0)} ms (the grammar alone takes ${parse_ms.toFixed(0)} for the whole file), ` +
      `one insert planned in ${insert_ms.toFixed(0)} ms, the whole file converted in ${convert_ms.toFixed(0)} ms.`,
  ];
}

function excitationLines({ excitation }: BenchResult): string[] {
  if (!excitation) return [];
  const { model, images, plain_ips, recording_ips, ratio, sweep_images, sweeps } = excitation;
  return [
    '',
    `${model}, ${images} images: evaluated at ${plain_ips.toFixed(0)} images/s, at ${recording_ips.toFixed(0)} with all gates recorded: ${ratio.toFixed(3)} times the time.`,
    `A channel of a sweep over ${sweep_images} images, milliseconds:`,
    ...aligned([
      ['block', 'anew', 'with kept activations'],
      ...sweeps.map(({ block, anew_ms, kept_ms }) => [block, anew_ms.toFixed(0), kept_ms.toFixed(0)]),
    ]),
  ];
}

function heatmapLines({ heatmap }: BenchResult): string[] {
  if (!heatmap) return [];
  const { blocks, channels, draw_ms, draw_cpu_ms, frames_per_second, frame_cpu_ms } = heatmap;
  return [
    '',
    `The heatmap of ${blocks} blocks with ${channels} channels is drawn in ${draw_ms.toFixed(0)} ms (${draw_cpu_ms.toFixed(0)} of the processor); under a moving slider it gets ` +
      `${frames_per_second.toFixed(0)} frames a second, each with ${frame_cpu_ms.toFixed(1)} ms of the processor.`,
  ];
}

/** Columns two spaces apart; the first to the left, numbers to the right. */
function aligned(lines: readonly string[][]): string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}
