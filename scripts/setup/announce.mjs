import process from 'node:process';

/**
 * Tells the user what the set-up is doing. Goes to stderr: `npm start -- --json` keeps stdout for its result.
 *
 * @param {string} message one line, without line end
 */
export function announce(message) {
  process.stderr.write(`[setup] ${message}\n`);
}
