import { spawn } from 'node:child_process';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { repoRoot } from '../setup/cachePaths.mjs';

/** A step that takes longer hangs: twice what the slowest one needs on two busy cores. */
const limitMinutes = 20;

/**
 * Runs a program in the repository with its output on the terminal.
 *
 * @param {string[]} command program, then arguments
 * @returns {Promise<number>} exit code; 1 when a signal or the time limit ended it
 */
export function runCommand([program = '', ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: repoRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: process.env,
    });
    const timer = setTimeout(() => {
      process.stdout.write(`The step did not end within ${limitMinutes} minutes.\n`);
      child.kill('SIGKILL');
    }, limitMinutes * 60_000);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal) process.stdout.write(`${[program, ...args].join(' ')} was ended by ${signal}.\n`);
      resolve(code ?? 1);
    });
  });
}
