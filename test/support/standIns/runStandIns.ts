/** Runs Python with the stand-ins for Flax, JAX and Keras beside this file on its path: numpy is all they need. They are not the real ones. */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PYTHON } from '../pytorch/torchPython';

const folder = fileURLToPath(new URL('.', import.meta.url));
const env = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };

export const HAS_NUMPY = spawnSync(PYTHON, ['-c', 'import numpy'], { stdio: 'ignore' }).status === 0;
/** For the titles of tests that skip without it. */
export const NUMPY_NOTE = HAS_NUMPY ? '' : ' (SKIPPED: no numpy in /usr/bin/python3)';

/** The program's last printed line, read as JSON; `input` comes to it as JSON on standard input. */
export function runWithStandIns(program: string, input: unknown): unknown {
  const output = execFileSync(PYTHON, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? 'null') as unknown;
}
