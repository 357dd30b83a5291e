/**
 * Runs the command in its arguments, in a process group of its own, and kills the whole group as soon as its
 * own stdin ends. The parent holds the other end of that pipe, so nothing outlives the parent, however it went
 * (SIGKILL and a crashed test worker included). VS Code's server starts processes that a plain kill misses.
 */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { setTimeout } from 'node:timers';

const graceMs = 2_000;
const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: process.platform !== 'win32',
});

/** @param {NodeJS.Signals} signal */
function killGroup(signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function shutDown() {
  killGroup('SIGTERM');
  setTimeout(() => killGroup('SIGKILL'), graceMs).unref();
}

child.on('exit', (code) => {
  killGroup('SIGKILL');
  process.exit(code ?? 1);
});
child.on('error', () => process.exit(127));
// The terminal's Ctrl-C reaches this process too; the parent decides when to end.
for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGHUP'])) process.on(signal, () => {});
process.on('SIGTERM', shutDown);
process.stdin.on('end', shutDown).on('error', shutDown).resume();
