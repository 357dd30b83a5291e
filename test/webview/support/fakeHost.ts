import * as v from 'valibot';
import type { Page } from 'playwright-core';
import { modelSpecSchema } from '../../../src/core/model/modelSpec';
import type { PlaygroundError } from '../../../src/core/errors';
import { initialRunState, tryReduceRun } from '../../../src/core/training/reduceRun';
import type { RunEvent, RunFact } from '../../../src/core/training/runEvents';
import { jobId } from '../../../src/core/training/runPlan';
import { planRun } from '../../../src/core/training/runPlanner';
import type { RunState } from '../../../src/core/training/runState';
import { Channel } from '../../../src/protocol/channel';
import {
  hostContract,
  pageContract,
  type ModelEntry,
  type PanelState,
} from '../../../src/protocol/hostUiContract';
import { RESOURCES } from './resources';

const spec = (name: string, depth: 8 | 20, se?: object) =>
  v.parse(modelSpecSchema, {
    version: 1,
    name,
    backbone: { depth },
    ...(se ? { se } : {}),
    training: { epochs: 3 },
  });

export const MODELS: ModelEntry[] = [
  {
    reference: 'preset:resnet8',
    label: 'ResNet-8',
    description: 'Three residual units: the smallest model, for a first look.',
    spec: spec('ResNet-8', 8),
  },
  {
    reference: 'preset:resnet20',
    label: 'ResNet-20',
    description: 'The smallest net of the CIFAR experiments in the ResNet paper.',
    spec: spec('ResNet-20', 20, { reduction: 8 }),
  },
  {
    reference: 'file:///work/broken.senet.json',
    label: 'broken.senet.json',
    description: 'In the workspace.',
    problem: 'backbone.depth: 9 is not one of 8, 14, 20, 32, 44, 56, 110, 164.',
  },
];

export const PANEL_STATE: PanelState = {
  models: MODELS,
  runs: [],
  datasets: [
    { name: 'quick', available: true, detail: 'A balanced subset of real CIFAR-10 images.' },
    {
      name: 'full',
      available: false,
      detail: 'All of CIFAR-10 is not on this machine. Download it (170 MB).',
    },
    { name: 'synthetic', available: true, detail: 'Generated images, not photographs.' },
  ],
  resources: RESOURCES,
  selected: 'preset:resnet8',
  backend: 'auto',
  run: null,
};

type Mutable = RunState & { plan: { seeds: number[] } };

/** The host's side of the door, over a Playwright page: keeps the run by core's reducer and echoes every event, as the real one does. */
export class FakeHost {
  readonly facts: RunFact[] = [];
  readonly refused: string[] = [];
  readonly problems: { code: string; message: string }[] = [];
  readonly calls: { name: string; params: unknown }[] = [];
  readonly checkpoints = new Map<string, { epoch: number; data: Uint8Array<ArrayBuffer> }>();
  /** What `readRun` finds, by id. */
  readonly otherRuns = new Map<string, RunState>();
  readonly exports: { suggestedName: string; data: Uint8Array }[] = [];
  /** First contentful paints as reported, in milliseconds. */
  readonly painted: number[] = [];
  run: RunState | null;
  /** Set to make requests of that name fail. */
  readonly failures = new Map<string, PlaygroundError>();
  readonly channel: Channel<typeof hostContract, typeof pageContract>;
  private deliver: (message: unknown) => void = () => undefined;
  private outbox = Promise.resolve();
  private nextRun = 1;

  constructor(
    private readonly page: Page,
    readonly panel: PanelState,
  ) {
    this.run = panel.run;
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
      local: hostContract,
      remote: pageContract,
      handlers: {
        ready: this.recorded('ready', () => this.panel),
        startRun: this.recorded('startRun', (request) => {
          const entry = this.panel.models.find(({ reference }) => reference === request.model);
          const other = this.panel.models.find(({ reference }) => reference === request.compareWith);
          if (!entry?.spec) throw new Error('no such model');
          const { epochs, seeds, dataset, backend } = request;
          const plan = planRun({
            runId: `run-${this.nextRun++}`,
            createdAtMs: Date.UTC(2025, 10, 24, 8, 9),
            spec: entry.spec,
            ...(other?.spec ? { compareWith: other.spec } : {}),
            overrides: JSON.parse(JSON.stringify({ epochs, seeds, dataset, backend })) as object,
          });
          this.run = initialRunState(plan, plan.createdAtMs);
          this.apply({ kind: 'planned', plan });
          this.launch(null);
          return { runId: plan.runId };
        }),
        resumeRun: this.recorded('resumeRun', () => {
          this.launch(this.run);
          return {};
        }),
        controlRun: this.recorded('controlRun', async (params) => {
          await this.channel.request('control', params);
          return {};
        }),
        openRun: this.recorded('openRun', ({ runId }) => {
          if (this.run?.plan.runId !== runId) throw new Error(`no run ${runId}`);
          return this.run as Mutable as never;
        }),
        readRun: this.recorded('readRun', ({ runId }) => {
          const found = this.otherRuns.get(runId);
          if (!found) throw new Error(`no run ${runId}`);
          return found as never;
        }),
        saveExport: this.recorded('saveExport', ({ suggestedName, data }) => {
          this.exports.push({ suggestedName, data });
          return { saved: true };
        }),
        saveCheckpoint: this.recorded('saveCheckpoint', ({ job, epoch, data }) => {
          this.checkpoints.set(jobId(job), { epoch, data });
          return {};
        }),
        loadCheckpoint: this.recorded(
          'loadCheckpoint',
          ({ job }) => this.checkpoints.get(jobId(job)) ?? null,
        ),
        revealBlock: this.recorded('revealBlock', () => ({})),
        exportReport: this.recorded('exportReport', () => ({})),
        exportWeights: this.recorded('exportWeights', () => ({})),
        runCommand: this.recorded('runCommand', () => ({})),
      },
      onProblem: ({ code, message }) => this.problems.push({ code, message }),
    });
    this.channel.on('runFact', ({ body }) => {
      this.facts.push(body);
      // The real host ignores a status it has already.
      if (body.kind === 'status' && body.status === this.run?.status) return;
      this.apply(body);
    });
    this.channel.on('painted', ({ firstPaintMs }) => this.painted.push(firstPaintMs));
    this.channel.on('problem', (problem) => this.problems.push(problem));
  }

  /** A message from the page. */
  receive(message: unknown): void {
    this.deliver(message);
  }

  /** Statuses in the order they were reported. */
  statuses(): string[] {
    return this.facts.flatMap((fact) => (fact.kind === 'status' ? [fact.status] : []));
  }

  show(run: RunState): void {
    this.run = run;
    this.channel.emit('showRun', { run: run as never });
  }

  private launch(state: RunState | null): void {
    this.apply({ kind: 'status', status: 'starting' });
    const run = this.run;
    if (!run) return;
    this.channel.emit('showRun', { run: run as never });
    this.channel
      .request('launch', { plan: run.plan as never, state: state as never })
      .catch(({ code, message }: PlaygroundError) => this.problems.push({ code, message }));
  }

  private apply(body: RunFact): void {
    if (!this.run) return;
    const stamp = { runId: this.run.plan.runId, seq: this.run.seq + 1, atMs: this.run.seq };
    const event: RunEvent =
      body.kind === 'epoch'
        ? { ...body, ...stamp, metrics: { ...body.metrics, remainingMs: 0 } }
        : { ...body, ...stamp };
    const { state, rejected } = tryReduceRun(this.run, event);
    if (rejected !== undefined) {
      this.refused.push(`${body.kind}: ${rejected}`);
      return;
    }
    this.run = state;
    this.channel.emit('runEvent', event as never);
  }

  private recorded<P, R>(name: string, handler: (params: P) => R): (params: P) => R {
    return (params) => {
      this.calls.push({ name, params });
      const failure = this.failures.get(name);
      if (failure) throw failure;
      return handler(params);
    };
  }
}
