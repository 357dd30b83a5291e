import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { generateTrainingScript } from '../../../../src/core/codegen/model/generateTrainingScript';
import type { RunEvent } from '../../../../src/core/training/runEvents';
import { runEvent } from '../../../../src/protocol/schemas';
import { PYTHON } from '../../../support/pytorch/torchPython';
import { specNamed } from './modelCases';

/** Small enough to train in a second; 230 images and batches of 20, so that the last batch of an epoch is left out. */
export const TINY = specNamed('tiny', {
  backbone: { depth: 8, width: 4 },
  se: { reduction: 2, stages: [2, 3] },
  training: { dataset: 'synthetic', subset: 230, batch: 20, epochs: 2, labelSmoothing: 0.1, seeds: [7] },
});

const TORCHRUN = '/usr/bin/torchrun';

/** Writes the training script of `TINY` into the folder; returns its path. */
export function writeScript(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const { fileName, text } = generateTrainingScript(TINY);
  const script = path.join(folder, fileName);
  writeFileSync(script, text);
  return script;
}

export interface Finished {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a Python file with arguments, on one thread; under torchrun, which puts logs in `folder`, if there is more than one process. */
export function runScript(
  file: string,
  args: readonly string[],
  { processes, folder }: { processes: number; folder: string } = { processes: 1, folder: '' },
): Finished {
  // PyTorch 1.13 on Python 3.11 does not understand the defaults of --redirects and --tee: errors go to a file and to us.
  const torchrun = [
    TORCHRUN,
    '--standalone',
    `--nproc_per_node=${processes}`,
    '--redirects=2',
    '--tee=2',
    `--log_dir=${folder}`,
  ];
  const launch = processes > 1 ? torchrun : [];
  const { status, stdout, stderr } = spawnSync(PYTHON, [...launch, file, ...args], {
    encoding: 'utf8',
    // One thread: sums in a fixed order, and tests beside each other. No compiled Python among the sources.
    env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  return { status, stdout, stderr };
}

/** A file of the tests' own. */
export function beside(name: string): string {
  return path.join(import.meta.dirname, name);
}

/** The events of a log, as the protocol's guard lets them through: one that it refuses throws. */
export function eventsOf(output: string): RunEvent[] {
  const lines = readFileSync(path.join(output, 'events.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => v.parse(runEvent, JSON.parse(line)));
}
