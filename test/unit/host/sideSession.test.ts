import type * as vscode from 'vscode';
import { afterEach, describe, expect, it } from 'vitest';
import { Channel } from '../../../src/protocol/channel';
import { memoryPortPair } from '../../../src/protocol/port';
import {
  sideHostContract,
  sidePageContract,
  type EditorPlace,
  type SideState,
} from '../../../src/protocol/sideContract';
import type { ShownGates } from '../../../src/host/editor/gates/shownGates';
import { SideSession } from '../../../src/host/side/sideSession';
import { blockOf, EXAMPLE_SOURCE, traceOf } from './gatesFixture';

/** An event that tests fire. */
function emitter<T>() {
  const listeners = new Set<(value: T) => unknown>();
  const event: vscode.Event<T> = (listener) => {
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  };
  return { event, fire: (value: T) => [...listeners].forEach((listener) => listener(value)), listeners };
}

function documentOf(path: string, lines: readonly string[]): vscode.TextDocument {
  const uri = { path, toString: () => `file://${path}` };
  const lineAt = (line: number) => ({ text: lines[line] ?? '' });
  return { uri, lineCount: lines.length, lineAt } as unknown as vscode.TextDocument;
}

const RESNET = documentOf('/work/resnet.py', [
  'class Net:',
  '    self.one = SE(2)',
  '    self.two = SE(2)',
  '',
]);
const README = documentOf('/work/readme.md', ['# Read me']);

const trace = traceOf([
  blockOf('one', [
    [0.2, 0.4],
    [0.6, 0.8],
  ]),
  blockOf('two', [
    [0.5, 0.5],
    [0.5, 0.5],
  ]),
]);

function shownGates(more: Partial<ShownGates> = {}): ShownGates {
  const at = (line: number) => ({ start: { line, character: 4 } }) as vscode.Range;
  const lines = [
    { range: at(1), blocks: ['one'] },
    { range: at(2), blocks: ['two', 'one'] },
  ];
  return { source: EXAMPLE_SOURCE, trace, lines, version: 1, ...more };
}

function open() {
  const events = {
    changed: emitter<void>(),
    scrolled: emitter<{ top: number; bottom: number }>(),
    cursor: emitter<number>(),
    gates: emitter<vscode.Uri | undefined>(),
  };
  const calls: unknown[][] = [];
  const world = {
    document: RESNET as vscode.TextDocument | undefined,
    gatesOf: (document: vscode.TextDocument) =>
      Promise.resolve(document === RESNET ? shownGates() : undefined) as Promise<ShownGates | undefined>,
    enabled: true,
  };
  const place: EditorPlace = { top: 0, bottom: 3, cursor: 2 };
  const [hostPort, pagePort] = memoryPortPair();
  const session = new SideSession(
    hostPort,
    {
      get document() {
        return world.document;
      },
      onDidChange: events.changed.event,
      onDidScroll: events.scrolled.event,
      onDidMoveCursor: events.cursor.event,
      place: () => (world.document ? place : null),
      select: async (line) => void calls.push(['select', line]),
      open: async (line) => void calls.push(['open', line]),
      scrollTo: (line, shown) => void calls.push(['scrollTo', line, shown]),
    },
    {
      gates: { gatesOf: (document) => world.gatesOf(document), onDidChange: events.gates.event },
      enabled: () => world.enabled,
      runCommand: async (...given) => void calls.push(given),
      onState: ({ file }) => void calls.push(['title', file]),
      problem: (thrown) => void calls.push(['problem', thrown]),
    },
  );
  const page = new Channel({
    port: pagePort,
    local: sidePageContract,
    remote: sideHostContract,
    handlers: {},
    onProblem: (problem) => calls.push(['page problem', problem]),
  });
  const states: SideState[] = [];
  page.on('stateChanged', ({ state }) => states.push(state));
  const ready = () => page.request('ready', {});
  opened = { session, page };
  return { session, page, world, events, calls, states, ready };
}

let opened: { session: SideSession; page: { dispose(): void } };
afterEach(() => {
  opened.session.dispose();
  opened.page.dispose();
});
/** Messages of both ways have arrived. */
const settled = () => new Promise((done) => setTimeout(done, 5));

describe('the state', () => {
  it('is the lines, each with its blocks, and every block once', async () => {
    const { ready, calls } = open();
    const { state, place } = await ready();
    expect(place).toEqual({ top: 0, bottom: 3, cursor: 2 });
    if (state.kind !== 'gates') throw new Error(state.message);
    expect(state.lines).toEqual([
      { line: 1, text: 'self.one = SE(2)', blocks: [0] },
      { line: 2, text: 'self.two = SE(2)', blocks: [1, 0] },
    ]);
    expect(state.blocks.map(({ id }) => id)).toEqual(['one', 'two']);
    // Two classes of one image each: 0.2 and 0.6, 0.4 and 0.8.
    expect([...state.channelMeans].map((gate) => Number(gate.toFixed(5)))).toEqual([0.4, 0.6, 0.5, 0.5]);
    expect(state.blocks[0]).toMatchObject({ channels: 2, saturatedLow: 0 });
    expect(state.blocks[0]?.mean).toBeCloseTo(0.5, 6);
    expect(state.blocks[0]?.classSpread).toBeCloseTo(0.2, 6);
    expect(calls).toEqual([['title', 'resnet.py']]);
  });

  it('says what to do where there are no gates, no file, or none wanted', async () => {
    const { ready, world } = open();
    world.document = README;
    expect((await ready()).state).toMatchObject({ kind: 'nothing', file: 'readme.md' });
    world.enabled = false;
    expect((await ready()).state).toMatchObject({ message: expect.stringMatching(/turned off/) as string });
    world.enabled = true;
    world.document = undefined;
    const { state, place } = await ready();
    expect([state, place]).toMatchObject([{ kind: 'nothing', file: null, document: null }, null]);
  });

  it('comes again when the document or its gates change, not when those of others do', async () => {
    const { ready, world, events, states } = open();
    await ready();
    world.gatesOf = () => Promise.resolve(shownGates({ stale: 'It has 3 blocks now.' }));
    events.gates.fire(README.uri);
    await settled();
    expect(states).toEqual([]);
    events.gates.fire(RESNET.uri);
    await settled();
    expect(states).toMatchObject([{ kind: 'gates', stale: 'It has 3 blocks now.' }]);
    world.document = undefined;
    events.changed.fire();
    await settled();
    expect(states.at(-1)).toMatchObject({ kind: 'nothing' });
  });

  it('is told once, of the document that is followed in the end', async () => {
    const { ready, world, events, states } = open();
    await ready();
    const { gatesOf } = world;
    let late: () => void = () => undefined;
    world.gatesOf = (document) =>
      document === RESNET ? new Promise((done) => (late = () => done(shownGates()))) : gatesOf(document);
    events.gates.fire(undefined);
    world.document = README;
    events.changed.fire();
    late();
    await settled();
    expect(states).toMatchObject([{ kind: 'nothing', file: 'readme.md' }]);
  });
});

describe('classes of a block', () => {
  it('are those of the gates on display, and null for those of others', async () => {
    const { ready, page, world, events } = open();
    const { state } = await ready();
    const revision = state.kind === 'gates' ? state.revision : -1;
    const found = await page.request('classGates', { revision, block: 1 });
    expect([...(found?.mean ?? [])]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(found?.deviation).toHaveLength(4);
    expect(await page.request('classGates', { revision, block: 7 })).toBeNull();
    // The same trace on other lines is the same revision; another trace is not.
    events.gates.fire(undefined);
    await settled();
    expect(await page.request('classGates', { revision, block: 0 })).not.toBeNull();
    world.gatesOf = () => Promise.resolve(shownGates({ trace: traceOf(trace.blocks) }));
    events.gates.fire(undefined);
    await settled();
    expect(await page.request('classGates', { revision, block: 0 })).toBeNull();
  });
});

describe('both sides', () => {
  it('hear of each other', async () => {
    const { ready, page, events, calls } = open();
    await ready();
    calls.length = 0;
    const heard: unknown[] = [];
    page.on('editorScrolled', (range) => heard.push(range));
    page.on('cursorMoved', (to) => heard.push(to));
    events.scrolled.fire({ top: 1, bottom: 3 });
    events.cursor.fire(2);
    page.emit('lineSelected', { line: 2 });
    page.emit('lineOpened', { line: 1 });
    page.emit('viewScrolled', { line: 2 });
    page.emit('commandWanted', { command: 'sePlayground.chooseGates' });
    page.emit('commandWanted', { command: 'sePlayground.gates.show' });
    await settled();
    expect(heard).toEqual([{ top: 1, bottom: 3 }, { line: 2 }]);
    expect(calls).toEqual([
      ['select', 2],
      ['open', 1],
      ['scrollTo', 2, { first: 1, last: 2 }],
      ['sePlayground.chooseGates', RESNET.uri],
      ['sePlayground.gates.show', 'run:example:b'],
    ]);
  });

  it('hear nothing more once it is disposed', async () => {
    const { ready, session, events, calls } = open();
    await ready();
    session.dispose();
    calls.length = 0;
    events.changed.fire();
    events.cursor.fire(2);
    await settled();
    expect(calls).toEqual([]);
    expect(Object.values(events).map(({ listeners }) => listeners.size)).toEqual([0, 0, 0, 0]);
  });

  it('believe nothing that is malformed', async () => {
    const { ready, page, calls } = open();
    await ready();
    calls.length = 0;
    page.emit('lineSelected', { line: -1 });
    page.emit('commandWanted', { command: 'workbench.action.quit' as 'sePlayground.gates.show' });
    await settled();
    expect(calls.map(([name, problem]) => [name, (problem as { code: string }).code])).toEqual([
      ['problem', 'protocol/bad-event'],
      ['problem', 'protocol/bad-event'],
    ]);
  });
});
