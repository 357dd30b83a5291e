import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PYTHON, torchVersion } from '../../../support/pytorch/torchPython';

export const PYTHON_THERE = existsSync(PYTHON);
/** For the title of a test that needs Python. */
export const PYTHON_NOTE = PYTHON_THERE ? '' : ` (SKIPPED: no ${PYTHON})`;

export const TORCH = torchVersion() !== undefined;
/** For the title of a test that needs PyTorch. */
export const TORCH_NOTE = TORCH ? '' : ` (SKIPPED: no torch in ${PYTHON})`;

/**
 * What a program beside the tests prints as JSON, given `input` as JSON.
 *
 * @throws Error with Python's own words if it fails
 */
export function askPython(program: string, input: unknown): unknown {
  // -B: no folder of compiled Python among the sources.
  const result = spawnSync(PYTHON, ['-B', path.join(import.meta.dirname, program)], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}`, { cause: result.error });
  return JSON.parse(result.stdout) as unknown;
}
