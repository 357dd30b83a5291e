// `npm start`. Runs in a bare clone: nothing here may import a package before the set-up has installed it.
import process from 'node:process';
import { endOnSignals, isEnding, undoAll } from './start/ending.mjs';
import { runHeadless } from './start/headlessJob.mjs';
import { hasDisplay, openForUser } from './start/interactive.mjs';
import { readStartOptions, usage } from './start/startOptions.mjs';

/** @returns {Promise<number>} exit code */
async function main() {
  /** @type {import('./start/startOptions.mjs').StartOptions} */
  let options;
  try {
    options = readStartOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(
      `${/** @type {Error} */ (error).message}\n"npm start -- --help" shows the options.\n`,
    );
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  endOnSignals();
  try {
    if (options.headless || !hasDisplay()) return await runHeadless(options);
    await openForUser();
    return 0;
  } catch (error) {
    // The signal's handler ends the program once everything is undone.
    if (isEnding()) return await new Promise(() => {});
    const { message } = /** @type {Error} */ (error);
    process.stderr.write(`npm start failed: ${message}\n`);
    if (options.json) process.stdout.write(`${JSON.stringify({ status: 'failed', message })}\n`);
    return 1;
  } finally {
    await undoAll();
  }
}

process.exitCode = await main();
