/** The events of a run on disk: one JSON object a line, only ever appended to. */
import { open, readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { PlaygroundError } from '../../core/errors';
import type { RunEvent } from '../../core/training/runEvents';
import { runEvent } from '../../protocol/schemas';

export interface LoggedEvents {
  events: RunEvent[];
  /** Lines that are no events of ours; they are skipped. */
  badLines: number;
}

const NEWLINE = 0x0a;

export class EventLog {
  /** Bytes of whole lines that this object read or wrote. */
  private wholeBytes = 0;
  /** True if a line follows that a crash cut short. */
  private torn = false;

  constructor(private readonly path: string) {}

  /** Reads every whole line. What follows the last line end was torn by a crash and is forgotten. */
  async read(): Promise<LoggedEvents> {
    const content = await readFile(this.path);
    this.wholeBytes = content.lastIndexOf(NEWLINE) + 1;
    this.torn = this.wholeBytes < content.byteLength;
    const result: LoggedEvents = { events: [], badLines: 0 };
    for (const line of content.toString('utf8', 0, this.wholeBytes).split('\n')) {
      if (line === '') continue;
      const event = parseEvent(line);
      if (event) result.events.push(event);
      else result.badLines++;
    }
    return result;
  }

  /** @throws PlaygroundError `storage/conflict` if another window has written to the log since it was read */
  async append(event: RunEvent): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    const file = await open(this.path, 'a');
    try {
      // A torn line goes first, or the new one would be glued to it and both be lost.
      if (this.torn) await file.truncate(this.wholeBytes);
      this.torn = false;
      const { size } = await file.stat();
      if (size !== this.wholeBytes) {
        const text = 'Another window has continued this run. Close this panel and open the run there.';
        throw new PlaygroundError('storage/conflict', text);
      }
      this.torn = true;
      await file.appendFile(line);
      this.torn = false;
    } finally {
      await file.close();
    }
    this.wholeBytes += line.byteLength;
  }
}

function parseEvent(line: string): RunEvent | undefined {
  try {
    const parsed = v.safeParse(runEvent, JSON.parse(line));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
