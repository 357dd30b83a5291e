/** The page's side of the door, for tests: says what it was asked, and reports what it is told to. */
import type { PlaygroundError } from '../../../src/core/errors';
import type { RunEvent, RunFact } from '../../../src/core/training/runEvents';
import type { RunControl, RunPlan } from '../../../src/core/training/runPlan';
import type { RunState } from '../../../src/core/training/runState';
import { Channel } from '../../../src/protocol/channel';
import {
  hostContract,
  pageContract,
  type HostContract,
  type PageContract,
} from '../../../src/protocol/hostUiContract';
import type { Port } from '../../../src/protocol/port';

export class FakePage {
  readonly launches: { plan: RunPlan; state: RunState | null }[] = [];
  private announceLaunch: (runId: string) => void = () => {};
  /** The id of the first run that is launched. */
  readonly launched = new Promise<string>((resolve) => (this.announceLaunch = resolve));
  readonly controls: { runId: string; action: RunControl }[] = [];
  readonly events: RunEvent[] = [];
  readonly shown: RunState[] = [];
  readonly heard: string[] = [];
  readonly problems: PlaygroundError[] = [];
  readonly host: Channel<PageContract, HostContract>;
  /** Thrown by `launch`, if set. */
  launchError: PlaygroundError | undefined;

  constructor(port: Port) {
    this.host = new Channel({
      port,
      local: pageContract,
      remote: hostContract,
      handlers: {
        launch: (order) => {
          this.launches.push(order);
          this.announceLaunch(order.plan.runId);
          if (this.launchError) throw this.launchError;
          return {};
        },
        control: (order) => (this.controls.push(order), {}),
      },
      onProblem: (problem) => this.problems.push(problem),
    });
    this.host.on('runEvent', (event) => this.events.push(event));
    this.host.on('showRun', ({ run }) => {
      this.shown.push(run);
      this.heard.push('showRun');
    });
    this.host.on('listsChanged', () => this.heard.push('listsChanged'));
    this.host.on('selectModel', ({ model }) => this.heard.push(`selectModel ${model}`));
    this.host.on('showTrace', ({ label, trace }) =>
      this.heard.push(`showTrace ${label} ${trace.blocks.length}`),
    );
    this.host.on('showView', ({ view }) => this.heard.push(`showView ${view}`));
  }

  report(runId: string, ...bodies: RunFact[]): void {
    for (const body of bodies) this.host.emit('runFact', { runId, body });
  }
}
