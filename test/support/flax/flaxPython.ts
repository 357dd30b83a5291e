/** Runs Python with the stand-in for Flax beside this file on its path: numpy is all it needs. Not Flax; see flax/__init__.py. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '../pytorch/torchPython';

const folder = fileURLToPath(new URL('.', import.meta.url));
const env = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };

export const HAS_NUMPY = spawnSync(PYTHON, ['-c', 'import numpy'], { stdio: 'ignore' }).status === 0;
/** For the titles of tests that skip without it. */
export const NUMPY_NOTE = HAS_NUMPY ? '' : ' (SKIPPED: no numpy in /usr/bin/python3)';

/** The program's last printed line, read as JSON; `input` comes to it as JSON on standard input. */
export function runWithFlax(program: string, input: unknown): unknown {
  const output = execFileSync(PYTHON, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? 'null') as unknown;
}
