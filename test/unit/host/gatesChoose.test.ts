import { describe, expect, it } from 'vitest';
import type { GateMatch } from '../../../src/core/editing/gates/gateMatch';
import { traceFamily } from '../../../src/core/editing/gates/traceFamily';
import type { ExcitationTrace } from '../../../src/core/excitation/trace';
import { chooseGates, type Fitter } from '../../../src/host/editor/gates/chooseGates';
import { NO_CHOICE, readFileChoice, withAnswer, answerFor } from '../../../src/host/editor/gates/fileChoice';
import type { TraceSource } from '../../../src/host/recordings/traceSource';
import { blockOf, traceOf } from './gatesFixture';

type Kind = GateMatch['kind'];
interface Example {
  kind: Kind;
  own?: boolean;
  damaged?: boolean;
  readUnasked?: boolean;
}

/** Sources whose names say when they are from, newest first, and the fitter that knows how they fit. */
function example(cases: Record<string, Example>) {
  const read: string[] = [];
  const sources = Object.entries(cases).map(([id, { damaged, readUnasked = true }], index): TraceSource => ({
    id,
    kind: 'recording',
    label: `${id}.json`,
    takenAtMs: -index,
    readUnasked,
    read: () => {
      read.push(id);
      return damaged
        ? Promise.reject(new Error('it is damaged'))
        : Promise.resolve(traceOf([blockOf('se', [[0.5]])], { model: id }));
    },
  }));
  const placement = {
    network: 'Net',
    offset: 7,
    sites: [{ span: { from: 1, to: 2 }, blocks: ['se'] }],
    missing: [],
  };
  const fitter: Fitter = {
    fit: (_source, { model }, chosen): GateMatch => {
      const kind = chosen === 'Net' ? 'certain' : cases[model]!.kind;
      if (kind === 'open') return { kind, placements: [placement] };
      if (kind === 'changed') return { kind, placement, why: 'It changed.' };
      return kind === 'none' ? { kind } : { kind, placement };
    },
    isOwn: ({ model }) => cases[model]!.own ?? false,
  };
  const unreadable: string[] = [];
  const choose = (choice = NO_CHOICE) =>
    chooseGates(
      {
        all: () => Promise.resolve(sources),
        byId: (id) => Promise.resolve(sources.find((one) => one.id === id)),
      },
      fitter,
      choice,
      ({ id }) => unreadable.push(id),
    );
  return { choose, read, unreadable };
}

const familyOf = (model: string) =>
  traceFamily(traceOf([blockOf('se', [[0.5]])], { model }) satisfies ExcitationTrace);

describe('chooseGates', () => {
  it('shows the newest trace that fits for certain', async () => {
    const { choose } = example({
      newest: { kind: 'open' },
      newer: { kind: 'certain' },
      old: { kind: 'certain' },
    });
    const { found, question } = await choose();
    expect(found).toMatchObject({
      source: { id: 'newer', label: 'newer.json', detail: 'newer, recorded 2026-01-31' },
    });
    expect(found?.stale).toBeUndefined();
    expect(question).toBeUndefined();
  });

  it('prefers what was recorded from the file itself', async () => {
    const { choose } = example({ run: { kind: 'certain' }, own: { kind: 'certain', own: true } });
    expect((await choose()).found?.source.id).toBe('own');
  });

  it('shows what no longer fits only where nothing does, and says why', async () => {
    const cases = { own: { kind: 'changed', own: true }, run: { kind: 'certain' } } as const;
    expect((await example(cases).choose()).found?.source.id).toBe('run');
    const { found } = await example({ open: { kind: 'open' }, own: cases.own }).choose();
    expect(found).toMatchObject({ source: { id: 'own' }, stale: 'It changed.' });
  });

  it('asks about the newest that may fit, until that was answered', async () => {
    const { choose } = example({
      first: { kind: 'open' },
      second: { kind: 'open' },
      third: { kind: 'none' },
    });
    expect((await choose()).question).toMatchObject({
      source: { id: 'first' },
      family: familyOf('first'),
      places: [{ network: 'Net', offset: 7 }],
    });
    const refused = withAnswer(NO_CHOICE, familyOf('first'), null);
    expect((await choose(refused)).question?.source.id).toBe('second');
    expect(await choose(withAnswer(refused, familyOf('second'), null))).toEqual({});
    expect((await choose(withAnswer(refused, familyOf('second'), 'Net'))).found?.source.id).toBe('second');
  });

  it('shows what was chosen and nothing else, and says when it cannot', async () => {
    const cases = example({
      newest: { kind: 'certain' },
      old: { kind: 'open' },
      odd: { kind: 'none' },
      bad: { kind: 'none', damaged: true },
    });
    const chosen = (source: string) => ({ ...NO_CHOICE, source });
    const old = { ...withAnswer(NO_CHOICE, familyOf('old'), 'Net'), source: 'old' };
    expect((await cases.choose(old)).found?.source.id).toBe('old');
    expect((await cases.choose(chosen('odd'))).lost).toContain('odd.json do not fit');
    expect((await cases.choose(chosen('gone'))).lost).toContain('not there any more');
    expect((await cases.choose(chosen('bad'))).lost).toContain('it is damaged');
  });

  it('reads no large file unasked, and goes on after a damaged one', async () => {
    const { choose, read, unreadable } = example({
      large: { kind: 'certain', readUnasked: false },
      bad: { kind: 'certain', damaged: true },
      good: { kind: 'certain' },
    });
    expect((await choose()).found?.source.id).toBe('good');
    expect(read).toEqual(['bad', 'good']);
    expect(unreadable).toEqual(['bad']);
    expect((await choose({ ...NO_CHOICE, source: 'large' })).found?.source.id).toBe('large');
  });
});

describe('what is remembered of a file', () => {
  it('is taken only if it is what we stored', () => {
    const choice = { ...withAnswer(withAnswer(NO_CHOICE, 'one', 'Net'), 'two', null), source: 'run:x:b' };
    expect(readFileChoice(JSON.parse(JSON.stringify(choice)))).toEqual(choice);
    for (const other of [
      null,
      3,
      [],
      { answers: [{ family: 1 }] },
      { answers: [], more: 1 },
      { source: 'x' },
    ])
      expect(readFileChoice(other)).toEqual(NO_CHOICE);
  });

  it('has the last answer to a question, and not without end', () => {
    const twice = withAnswer(withAnswer(NO_CHOICE, 'one', null), 'one', 'Net');
    expect([answerFor(twice, 'one'), answerFor(twice, 'two'), twice.answers.length]).toEqual([
      'Net',
      undefined,
      1,
    ]);
    let many = NO_CHOICE;
    for (let family = 0; family < 100; family++) many = withAnswer(many, String(family), null);
    expect(many.answers.length).toBeLessThanOrEqual(40);
    expect(answerFor(many, '99')).toBeNull();
  });
});
