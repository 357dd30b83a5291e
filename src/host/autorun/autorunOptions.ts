/**
 * The environment variable that starts "Quick CIFAR Training" without a click, for `npm start` on a machine without a screen.
 *
 * It belongs to whoever started VS Code: neither a workspace nor a page can set a variable of the extension host, so it is trusted like a command
 * line. It is read only by that one command, once a window, and its content is guarded all the same.
 */
import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { PlaygroundError } from '../../core/errors';
import type { RunRequest } from '../../protocol/hostUiContract';
import { backendChoice, datasetName } from '../../protocol/schemas';

export const AUTORUN_VARIABLE = 'SE_PLAYGROUND_AUTORUN';

const absolutePath = v.pipe(v.string(), v.check(isAbsolute, 'must be an absolute path'));

const autorunOptions = v.strictObject({
  /** Folder of events.jsonl, run.json, report.html and done.json; made when missing. */
  output: absolutePath,
  /** A preset's key, or the absolute path of a definition. */
  model: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(2000))),
  epochs: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
  dataset: v.exactOptional(datasetName),
  backend: v.exactOptional(backendChoice),
  /** How many seeds: 3 means seeds 1, 2 and 3. */
  seeds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(32))),
});
export type AutorunOptions = v.InferOutput<typeof autorunOptions>;

/** Undefined if the variable is not set. @throws PlaygroundError `spec/autorun` saying what is wrong with it */
export function readAutorunOptions(environment: NodeJS.ProcessEnv): AutorunOptions | undefined {
  const text = environment[AUTORUN_VARIABLE];
  if (text === undefined || text === '') return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw new PlaygroundError('spec/autorun', `${AUTORUN_VARIABLE} is not JSON.`, { cause: thrown });
  }
  const parsed = v.safeParse(autorunOptions, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue) ?? 'the value';
  throw new PlaygroundError('spec/autorun', `${AUTORUN_VARIABLE}: ${where}: ${issue.message}`);
}

/** The run that the options ask for; `model` is the reference of the chosen model. */
export function autorunRequest(options: AutorunOptions, model: string): RunRequest {
  const { epochs, dataset, backend, seeds } = options;
  const request: RunRequest = { model };
  if (epochs !== undefined) request.epochs = epochs;
  if (dataset !== undefined) request.dataset = dataset;
  if (backend !== undefined) request.backend = backend;
  if (seeds !== undefined) request.seeds = Array.from({ length: seeds }, (_, index) => index + 1);
  return request;
}
