import { spawn } from 'node:child_process';
import process from 'node:process';
import { repoRoot } from '../setup/cachePaths.mjs';

/**
 * Runs a program in the repository with its output on the terminal.
 *
 * @param {string[]} command program, then arguments
 * @returns {Promise<number>} exit code; 1 when a signal ended it
 */
export function runCommand([program = '', ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: repoRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: process.env,
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal) process.stdout.write(`${program} was ended by ${signal}.\n`);
      resolve(code ?? 1);
    });
  });
}
