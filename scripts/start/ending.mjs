import process from 'node:process';

/** @type {Array<() => unknown>} */
const undo = [];
let ending = false;

/**
 * Registers what must be undone before the program ends, by itself or by Ctrl-C; the last comes first.
 *
 * @param {() => unknown} action may return a promise
 */
export function atEnd(action) {
  undo.push(action);
}

/** Whether a signal ended the program: what fails from then on fails because of that. */
export function isEnding() {
  return ending;
}

/** Undoes everything registered. What fails does not keep the rest from being undone. */
export async function undoAll() {
  for (;;) {
    const action = undo.pop();
    if (!action) return;
    try {
      await action();
    } catch {
      // A closed browser or an ended server is what was wanted.
    }
  }
}

/** Makes Ctrl-C and a polite kill undo everything before they end the program; a second Ctrl-C does not wait. */
export function endOnSignals() {
  /** @type {Array<[NodeJS.Signals, number]>} */
  const signals = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ];
  for (const [signal, exitCode] of signals) {
    process.on(signal, () => {
      if (ending) process.exit(exitCode);
      ending = true;
      process.stderr.write('\nEnding VS Code and the browser ...\n');
      void undoAll().then(() => process.exit(exitCode));
    });
  }
}
