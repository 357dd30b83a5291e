/** `npm run bench`, once the set-up has brought what it needs; `bench.mjs` bundles and starts it. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { readOptions } from './benchOptions';
import { resultTable } from './resultTable';
import { runBench } from './runBench';

/** @param root of the repository */
export async function benchMain(root: string, args: readonly string[]): Promise<void> {
  const { plan, jsonFile } = readOptions(args);
  const startedAtMs = performance.now();
  const say = (line: string) => {
    const seconds = (performance.now() - startedAtMs) / 1000;
    process.stderr.write(`[bench ${seconds.toFixed(0).padStart(4)} s] ${line}\n`);
  };
  const notice = busyNotice();
  if (notice) say(notice);
  const result = await runBench(root, plan, say);
  const json = JSON.stringify(result, (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
  );
  if (jsonFile !== undefined) await writeFile(jsonFile, `${json}\n`);
  process.stdout.write(`${resultTable(result, plan)}\n${notice ? `${notice}\n` : ''}${json}\n`);
}

/** Taking turns evens out what all feel alike. A busy machine they do not: threads that wait for each other at every operation feel it most. */
function busyNotice(): string | undefined {
  const load = loadavg()[0]!;
  const cores = availableParallelism();
  if (load < cores / 2) return undefined;
  return `NOTE: the machine was busy at the start (load ${load.toFixed(1)} on ${cores} cores). Ratios with two workers flatter us then: run again when it is idle.`;
}
