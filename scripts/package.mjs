// `npm run package`: dist/se-playground.vsix, from a bare clone.
import process from 'node:process';
import { ensure } from './setup/bootstrap.mjs';
import { repoRoot } from './setup/cachePaths.mjs';
import { packageCommand, vsixPath } from './setup/packageExtension.mjs';
import { runTool } from './setup/runTool.mjs';

try {
  await ensure({ dependencies: true, cifar10: true, build: true });
  const [program = '', ...args] = packageCommand;
  await runTool(program, args, { cwd: repoRoot });
  process.stdout.write(`${vsixPath}\n`);
} catch (error) {
  process.stderr.write(`npm run package failed: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
}
