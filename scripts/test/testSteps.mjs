import { join } from 'node:path';
import process from 'node:process';
import { repoRoot } from '../setup/cachePaths.mjs';
import { packageCommand } from '../setup/packageExtension.mjs';
import { runHostSuite } from './hostSuite.mjs';
import { runCommand } from './runCommand.mjs';
import { vitestCounts } from './testCounts.mjs';

/**
 * @typedef {import('./testCounts.mjs').Counts} Counts
 * @typedef {'build' | 'gates' | 'tests'} Group
 */

/**
 * One step of `npm test`. Gates and builds count nothing when they pass and one failure when they fail.
 *
 * @typedef {object} TestStep
 * @property {string} name what `npm test -- NAME` selects
 * @property {Group} group a red build or gate group keeps the later groups from running
 * @property {string[]} needs steps that must have run before
 * @property {import('../setup/bootstrap.mjs').Wanted} setup beside the dependencies
 * @property {() => Promise<Counts>} run
 */

/** @type {TestStep[]} */
export const testSteps = [
  tool('build', 'build', [], { cifar10: true }, [process.execPath, 'esbuild.mjs', '--tests']),
  tool('package', 'build', ['build'], { cifar10: true }, packageCommand),
  tool('types', 'gates', [], {}, binary('typescript', 'tsc', '-b')),
  tool('rooms', 'gates', [], {}, [
    ...binary('dependency-cruiser', 'dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs'),
    ...['src', 'webview', 'scripts', 'test', 'esbuild.mjs'],
  ]),
  tool('lint', 'gates', [], {}, binary('eslint', 'eslint.js', '--max-warnings', '0', '.')),
  tool('format', 'gates', [], {}, binary('prettier', 'prettier.cjs', '--check', '--log-level', 'warn', '.')),
  vitest('unit', [], {}),
  vitest('engine', [], { cifar10: true }),
  vitest('webview', ['build'], { cifar10: true, chromium: true }),
  {
    name: 'host',
    group: 'tests',
    needs: ['build'],
    setup: { cifar10: true, chromium: true, vscode: true },
    run: runHostSuite,
  },
  vitest('e2e', ['build', 'package'], { cifar10: true, chromium: true, vscode: true }),
];

/**
 * The steps that were asked for, with those they need, in order.
 *
 * @param {string[]} names none means all
 * @throws Error that lists the steps when a name is unknown
 */
export function selectSteps(names) {
  if (names.length === 0) return testSteps;
  const wanted = new Set(names);
  const unknown = names.find((name) => !testSteps.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `There is no step "${unknown}". Steps: ${testSteps.map((step) => step.name).join(', ')}.`,
    );
  }
  for (const step of [...testSteps].reverse()) {
    if (wanted.has(step.name)) for (const need of step.needs) wanted.add(need);
  }
  return testSteps.filter((step) => wanted.has(step.name));
}

/**
 * @param {string} name
 * @param {Group} group
 * @param {string[]} needs
 * @param {TestStep['setup']} setup
 * @param {string[]} command program, then arguments
 * @returns {TestStep}
 */
function tool(name, group, needs, setup, command) {
  const run = async () => ({ passed: 0, failed: (await runCommand(command)) === 0 ? 0 : 1 });
  return { name, group, needs, setup, run };
}

/**
 * @param {string} project a project of vitest.config.ts
 * @param {string[]} needs
 * @param {TestStep['setup']} setup
 * @returns {TestStep}
 */
function vitest(project, needs, setup) {
  const command = [
    ...binary('vitest', '../vitest.mjs', 'run', '--project', project),
    ...['--reporter', 'default', '--reporter', 'json'],
  ];
  const run = () =>
    vitestCounts(project, async (resultFile) => runCommand([...command, `--outputFile.json=${resultFile}`]));
  return { name: project, group: 'tests', needs, setup, run };
}

/**
 * A package's program, run by this Node: the shims of node_modules/.bin differ between systems.
 *
 * @param {string} packageName
 * @param {string} file below its bin folder
 * @param {...string} args
 */
function binary(packageName, file, ...args) {
  return [process.execPath, join(repoRoot, 'node_modules', packageName, 'bin', file), ...args];
}
