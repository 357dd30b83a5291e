import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/**
 * @typedef {object} ToolOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] replaces the whole environment
 * @property {boolean} [quiet] keep the output unless the tool fails (default: show it on stderr)
 */

/**
 * Runs a tool to its end. Its output goes to stderr, so that stdout stays the caller's.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {ToolOptions} [options]
 * @returns {Promise<string>} what it wrote to stdout
 * @throws Error with the last lines of output when the tool is missing or fails
 */
export function runTool(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm is a .cmd there, which only a shell can run.
      shell: process.platform === 'win32' && command === 'npm',
    });
    let stdout = '';
    let tail = '';
    /** @param {Buffer} chunk */
    const show = (chunk) => {
      tail = (tail + chunk.toString()).slice(-4000);
      if (!options.quiet) process.stderr.write(chunk);
    };
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      stdout += chunk.toString();
      show(chunk);
    });
    child.stderr.on('data', show);
    child.on('error', (cause) => reject(new Error(`Cannot run ${command}: ${cause.message}`, { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`"${command} ${args.join(' ')}" ended with ${signal ?? code}.\n${tail.trim()}`));
    });
  });
}

/**
 * Looks a program up on PATH.
 *
 * @param {string} name
 * @returns {string | undefined} its absolute path
 */
export function findOnPath(name) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const suffix of suffixes) {
      const candidate = join(folder, name + suffix);
      if (folder !== '' && isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {boolean} whether a file that may be run lies there
 */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether this process may install Debian packages. */
export function canInstallPackages() {
  return process.getuid?.() === 0 && findOnPath('apt-get') !== undefined;
}

/**
 * @param {string[]} packages Debian package names
 */
export async function installPackages(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runTool('apt-get', ['update', '-q'], { env, quiet: true });
  await runTool('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
    env,
    quiet: true,
  });
}
