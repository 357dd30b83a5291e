import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlaygroundError } from '../../core/errors';
import { runReport } from '../../core/training/runReport';
import type { RunState } from '../../core/training/runState';
import { hasEnded } from '../../core/training/statusTransitions';
import type { RunStore } from '../runs/runStore';
import { writeFileAtomically } from '../runs/atomicFile';
import type { AutorunOptions } from './autorunOptions';

export interface AutorunOutcome {
  /** 0 completed, 1 ended otherwise, 2 never started. */
  exitCode: 0 | 1 | 2;
  message: string;
}

/**
 * Starts a run and writes what comes of it to the output folder: every event to `events.jsonl` as it happens, then `run.json` and `report.html`, and last
 * `done.json` with the outcome, whatever it is. Never rejects, unless the folder itself cannot be written.
 */
export async function autorun(
  store: RunStore,
  { output }: Pick<AutorunOptions, 'output'>,
  start: () => Promise<string>,
): Promise<AutorunOutcome> {
  await mkdir(output, { recursive: true });
  const inFolder = (name: string) => join(output, name);
  // Left by an earlier run, they would be taken for this one's.
  for (const name of ['done.json', 'run.json', 'report.html']) await rm(inFolder(name), { force: true });
  await writeFile(inFolder('events.jsonl'), '');
  const outcome = await follow(store, inFolder('events.jsonl'), start)
    .then(async (state) => {
      const { json, html } = runReport(state);
      await writeFile(inFolder('run.json'), `${JSON.stringify(json, null, 2)}\n`);
      await writeFile(inFolder('report.html'), html);
      return outcomeOf(state);
    })
    .catch((thrown: unknown): AutorunOutcome => {
      const { code, message } = PlaygroundError.from(thrown, 'engine/autorun');
      return { exitCode: 2, message: `${code}: ${message}` };
    });
  await writeFileAtomically(inFolder('done.json'), `${JSON.stringify(outcome)}\n`);
  return outcome;
}

/** Resolves with the state in which the run ended, when all its events are written. */
async function follow(store: RunStore, eventsPath: string, start: () => Promise<string>): Promise<RunState> {
  let writing: Promise<void> = Promise.resolve();
  let unsubscribe = () => {};
  const ended = new Promise<RunState>((resolve) => {
    // Listens before the start, so that the first event is not missed; a window trains one run at a time.
    unsubscribe = store.onEvent((event, state) => {
      writing = writing.then(() => appendFile(eventsPath, `${JSON.stringify(event)}\n`));
      if (hasEnded(state.status) && event.kind === 'status') resolve(state);
    });
  });
  try {
    await start();
    const state = await ended;
    await writing;
    return state;
  } finally {
    unsubscribe();
  }
}

function outcomeOf({ status, failure }: RunState): AutorunOutcome {
  if (status === 'completed') return { exitCode: 0, message: 'completed' };
  return { exitCode: 1, message: failure ? `${failure.code}: ${failure.message}` : `The run was ${status}.` };
}
