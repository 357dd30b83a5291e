import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const usage = `npm start [-- options]

Opens SE Playground in VS Code with a small demo workspace. On a machine without a display, or with any of
the options below, it trains "Quick CIFAR Training" to its end in a VS Code without a window instead, prints
a line an epoch for the model with and the model without SE, and writes demo-output/ (run.json, report.html,
screenshots).

  --headless            train without a window even where there is a display
  --json                the last line on stdout is the result as one JSON object; all else goes to stderr
  --epochs N            default: what the model's recipe says
  --model NAME          a preset (quick, resnet-20-quick, ...) or the path of a .senet.json file
  --dataset NAME        quick, full or synthetic
  --backend NAME        auto, wasm, webgl or webgpu
  --seeds N             train N pairs, with the seeds 1 to N; three or more give a verdict
  --help                this text
`;

/**
 * @typedef {object} JobOptions what the headless job trains; absent means the recipe's value
 * @property {number} [epochs]
 * @property {string} [model] key of a preset, or absolute path of a definition
 * @property {string} [dataset]
 * @property {string} [backend]
 * @property {number} [seeds]
 */

/**
 * @typedef {object} StartOptions
 * @property {boolean} help
 * @property {boolean} headless asked for, or implied by an option that only the headless job has
 * @property {boolean} json
 * @property {JobOptions} job
 */

/**
 * @param {string[]} args
 * @returns {StartOptions}
 * @throws Error that names the bad option
 */
export function readStartOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      headless: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      epochs: { type: 'string' },
      model: { type: 'string' },
      dataset: { type: 'string' },
      backend: { type: 'string' },
      seeds: { type: 'string' },
    },
  });
  /** @type {JobOptions} */
  const job = {};
  if (values.epochs !== undefined) job.epochs = count('--epochs', values.epochs, 1000);
  if (values.seeds !== undefined) job.seeds = count('--seeds', values.seeds, 32);
  if (values.dataset !== undefined)
    job.dataset = oneOf('--dataset', values.dataset, ['quick', 'full', 'synthetic']);
  if (values.backend !== undefined)
    job.backend = oneOf('--backend', values.backend, ['auto', 'wasm', 'webgl', 'webgpu']);
  if (values.model !== undefined) job.model = model(values.model);
  const headless = values.headless || values.json || Object.keys(job).length > 0;
  return { help: values.help, json: values.json, headless, job };
}

/**
 * @param {string} option
 * @param {string} text
 * @param {number} max
 */
function count(option, text, max) {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) {
    throw new Error(`${option} takes a whole number from 1 to ${max}, not "${text}".`);
  }
  return value;
}

/**
 * @param {string} option
 * @param {string} text
 * @param {string[]} choices
 */
function oneOf(option, text, choices) {
  if (!choices.includes(text)) throw new Error(`${option} takes ${choices.join(', ')}, not "${text}".`);
  return text;
}

/** @param {string} text */
function model(text) {
  if (!text.endsWith('.json')) return text;
  const path = resolve(text);
  if (!existsSync(path)) throw new Error(`--model: there is no file ${path}.`);
  return path;
}
