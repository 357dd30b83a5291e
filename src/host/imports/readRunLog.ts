/**
 * The log of a run that was trained elsewhere. Unlike a log of our own, of which whatever can be read is of use, this one is taken whole or not at
 * all: every line must be an event that may follow the one before.
 */
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { PlaygroundError } from '../../core/errors';
import { initialRunState, tryReduceRun } from '../../core/training/reduceRun';
import type { RunEvent } from '../../core/training/runEvents';
import type { RunState } from '../../core/training/runState';
import { runEvent } from '../../protocol/schemas';
import { eventProblem } from './eventProblem';

export interface RunLog {
  /** After the last event, with the status that the log gives it. */
  state: RunState;
  /** Every line of the log, each with its line end: what is stored. */
  content: Uint8Array;
}

/** The store reads a log as one string, and a string has less than 2^29 characters. */
export const MAX_LOG_BYTES = 500_000_000;
/** The gates of a ResNet-152 with 10 classes are 6 MB a line. */
const MAX_LINE_BYTES = 32 * 2 ** 20;
const MAX_LINES = 1_000_000;
const LINE_END = 0x0a;
/** Longer than this no reading keeps the editor waiting, in milliseconds. */
const TURN_MS = 30;

/**
 * Reads and replays a log. A last line without its end is what a crash leaves; it is dropped unless it is whole.
 *
 * @throws PlaygroundError `data/run-log` that names the line and the reason; `cancelled`
 */
export async function readRunLog(bytes: Uint8Array, signal?: AbortSignal): Promise<RunLog> {
  if (bytes.length > MAX_LOG_BYTES) throw unusable(`it is larger than ${MAX_LOG_BYTES / 1e6} MB`);
  let state: RunState | undefined;
  let start = 0;
  let turnEndsMs = performance.now() + TURN_MS;
  for (let number = 1; start < bytes.length; number++) {
    if (number > MAX_LINES) throw unusable(`it has more than ${MAX_LINES} lines`);
    const end = bytes.indexOf(LINE_END, start);
    const line = bytes.subarray(start, end < 0 ? bytes.length : end);
    const outcome = line.length === 0 ? { state } : follow(state, line);
    if ('problem' in outcome) {
      if (end < 0 && state) break;
      throw unusable(outcome.problem, number);
    }
    state = outcome.state;
    start = end < 0 ? bytes.length : end + 1;
    if (performance.now() > turnEndsMs) {
      await setImmediate();
      if (signal?.aborted) throw new PlaygroundError('cancelled', 'The import was cancelled.');
      turnEndsMs = performance.now() + TURN_MS;
    }
  }
  if (!state) throw unusable('it is empty');
  return { state, content: withLineEnd(bytes.subarray(0, start)) };
}

type Outcome = { state: RunState | undefined } | { problem: string };

/** The state after one more line. */
function follow(before: RunState | undefined, line: Uint8Array): Outcome {
  const event = parse(line);
  if (typeof event === 'string') return { problem: event };
  const problem = eventProblem(event, before?.plan);
  if (problem !== undefined) return { problem };
  const planned = event.kind === 'planned' ? initialRunState(event.plan, event.atMs) : undefined;
  const state = before ?? planned;
  if (!state) return { problem: 'the first event must be "planned"' };
  if (before && event.seq <= before.seq) {
    return { problem: `event ${event.seq} comes after event ${before.seq}` };
  }
  const { state: after, rejected } = tryReduceRun(state, event);
  return rejected === undefined ? { state: after } : { problem: rejected };
}

/** The event, or why there is none. */
function parse(line: Uint8Array): RunEvent | string {
  if (line.length > MAX_LINE_BYTES) return `it is longer than ${MAX_LINE_BYTES / 2 ** 20} MB`;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    return 'it is no JSON';
  }
  const parsed = v.safeParse(runEvent, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}

function withLineEnd(lines: Uint8Array): Uint8Array {
  if (lines.at(-1) === LINE_END) return lines;
  const ended = new Uint8Array(lines.length + 1);
  ended.set(lines);
  ended[lines.length] = LINE_END;
  return ended;
}

function unusable(why: string, line?: number): PlaygroundError {
  const where = line === undefined ? '' : `line ${line}: `;
  const text = `This is no log of a run that can be imported: ${where}${why}. Nothing was imported.`;
  return new PlaygroundError('data/run-log', text);
}
