import type { Page } from 'playwright-core';
import { Channel } from '../../../src/protocol/channel';
import type { PlaygroundError } from '../../../src/core/errors';
import {
  sideHostContract,
  sidePageContract,
  type EditorPlace,
  type SideState,
} from '../../../src/protocol/sideContract';
import type { SideSample } from './sideSample';

/** The host's side of the side view's door, over a Playwright page: it answers from a sample and keeps what the page announces. */
export class FakeSideHost {
  /** Everything the page announced, `name value`. */
  readonly heard: string[] = [];
  readonly problems: { code: string; message: string }[] = [];
  /** What VS Code keeps for the page. */
  kept: unknown;
  /** Set to make `classGates` fail. */
  failure: PlaygroundError | undefined;
  readonly channel: Channel<typeof sideHostContract, typeof sidePageContract>;
  private deliver: (message: unknown) => void = () => undefined;
  private outbox = Promise.resolve();

  constructor(
    private readonly page: Page,
    public sample: SideSample,
    public place: EditorPlace | null,
  ) {
    this.channel = new Channel({
      port: {
        post: (message) => {
          // In order, and silent once the page has closed.
          this.outbox = this.outbox.then(() =>
            this.page.evaluate((data) => window.postMessage(data, '*'), message).catch(() => undefined),
          );
        },
        onMessage: (listener) => {
          this.deliver = listener;
          return () => undefined;
        },
      },
      local: sideHostContract,
      remote: sidePageContract,
      handlers: {
        ready: () => ({ state: this.sample.state, place: this.place }),
        classGates: ({ revision, block }) => {
          this.heard.push(`classGates ${block}`);
          if (this.failure) throw this.failure;
          const { state, classGates } = this.sample;
          return state.kind === 'gates' && state.revision === revision ? (classGates[block] ?? null) : null;
        },
      },
      onProblem: ({ code, message }) => this.problems.push({ code, message }),
    });
    const { channel } = this;
    channel.on('lineSelected', ({ line }) => this.heard.push(`lineSelected ${line}`));
    channel.on('lineOpened', ({ line }) => this.heard.push(`lineOpened ${line}`));
    channel.on('viewScrolled', ({ line }) => this.heard.push(`viewScrolled ${line}`));
    channel.on('commandWanted', ({ command }) => this.heard.push(command));
    channel.on('problem', (problem) => this.problems.push(problem));
  }

  receive(message: unknown): void {
    this.deliver(message);
  }

  show(state: SideState, place: EditorPlace | null = null): void {
    this.sample = { ...this.sample, state };
    this.channel.emit('stateChanged', { state, place });
  }

  /** Settles when the page has received all that was sent. */
  async sent(): Promise<void> {
    await this.outbox;
    await this.page.evaluate(() => new Promise((done) => setTimeout(done)));
  }

  heardOf(name: string): number[] {
    return this.heard.flatMap((entry) => (entry.startsWith(`${name} `) ? [Number(entry.split(' ')[1])] : []));
  }
}
