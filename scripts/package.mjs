// `npm run package`: builds and packs dist/se-playground.vsix. The quick subset must be there: `npm test` and `npm start` make it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const target = path.join(root, 'dist', 'se-playground.vsix');

if (!existsSync(path.join(root, 'media', 'quick-cifar.bin'))) {
  console.error('media/quick-cifar.bin is missing. Run "npm test -- build" once: it makes it from CIFAR-10.');
  process.exit(1);
}
execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
await rm(target, { force: true });
const { createVSIX } = await import('@vscode/vsce');
await createVSIX({ cwd: root, packagePath: target, dependencies: false, allowMissingRepository: true });
console.log(`dist/se-playground.vsix ${((await stat(target)).size / 1e6).toFixed(1)} MB`);
