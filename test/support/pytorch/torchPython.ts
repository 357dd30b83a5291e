import { spawnSync } from 'node:child_process';

/** Debian's interpreter: the one that `apt-get install python3-torch` serves. */
export const PYTHON = '/usr/bin/python3';

/** The version of PyTorch that `PYTHON` has; undefined where there is none. */
export function torchVersion(): string | undefined {
  const found = spawnSync(PYTHON, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}
