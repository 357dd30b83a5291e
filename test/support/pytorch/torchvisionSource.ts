import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PYTHON } from './torchPython';

/** The text of torchvision's own `models/<name>.py`: code that nobody here wrote. Undefined where torchvision is not installed. */
export function torchvisionSource(name: string): string | undefined {
  const script = `import torchvision.models.${name} as m; print(m.__file__)`;
  const found = spawnSync(PYTHON, ['-c', script], { encoding: 'utf8' });
  return found.status === 0 ? readFileSync(found.stdout.trim(), 'utf8') : undefined;
}
