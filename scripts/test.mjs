// `npm test [-- STEP...]`. Runs in a bare clone: nothing here may import a package before the set-up has installed it.
import process from 'node:process';
import { ensure } from './setup/bootstrap.mjs';
import { selectSteps } from './test/testSteps.mjs';

/** @typedef {import('./test/testSteps.mjs').TestStep} TestStep */

const say = (/** @type {string} */ text) => void process.stdout.write(`${text}\n`);

/**
 * Runs the steps in order. Within a group all run, so that one call shows all that is red; a red build or gate
 * group ends the run, because tests of code that breaks the rules prove nothing.
 *
 * @param {TestStep[]} steps
 */
async function runSteps(steps) {
  const total = { passed: 0, failed: 0 };
  /** @type {string[]} */
  const summary = [];
  for (const group of /** @type {const} */ (['build', 'gates', 'tests'])) {
    for (const step of steps.filter((candidate) => candidate.group === group)) {
      say(`\n=== ${step.name}`);
      const startedAt = Date.now();
      const counts = await step.run().catch((error) => {
        say(error instanceof Error ? (error.stack ?? error.message) : String(error));
        return { passed: 0, failed: 1 };
      });
      total.passed += counts.passed;
      total.failed += counts.failed;
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      const tests = group === 'tests' ? `${counts.passed} passed, ${counts.failed} failed` : '';
      const line = `${step.name.padEnd(8)} ${counts.failed === 0 ? 'ok ' : 'RED'} ${seconds.padStart(7)} s  ${tests}`;
      say(`--- ${line.trimEnd()}`);
      summary.push(line.trimEnd());
    }
    if (group !== 'tests' && total.failed > 0) {
      say(`\nThe ${group} are red: the steps after them were not run.`);
      break;
    }
  }
  say(`\n${summary.join('\n')}\n`);
  return total;
}

async function main() {
  const startedAt = Date.now();
  const steps = selectSteps(process.argv.slice(2));
  await ensure(Object.assign({ dependencies: true }, ...steps.map((step) => step.setup)));
  const { passed, failed } = await runSteps(steps);
  say(`${((Date.now() - startedAt) / 60_000).toFixed(1)} minutes`);
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error) => {
  say(`npm test could not run: ${/** @type {Error} */ (error).message}`);
  say('0 passed, 1 failed');
  return 1;
});
