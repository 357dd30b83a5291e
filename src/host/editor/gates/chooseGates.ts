/** Which of all traces a document shows. */
import type { GateMatch } from '../../../core/editing/gates/gateMatch';
import { traceFamily } from '../../../core/editing/gates/traceFamily';
import type { ExcitationTrace } from '../../../core/excitation/trace';
import { detailOf, type TraceSource } from '../../recordings/traceSource';
import { answerFor, type FileChoice } from './fileChoice';
import type { FoundGates, GateSource, GatesReading } from './gatesReading';

/** How traces fit one text. */
export interface Fitter {
  /** @param chosen the network that the user has named for the trace's family */
  fit(source: Pick<TraceSource, 'spec'>, trace: ExcitationTrace, chosen: string | undefined): GateMatch;
  /** Whether the trace says that it was recorded from this file. */
  isOwn(trace: ExcitationTrace): boolean;
  /** What is to be known of a trace that fits, in a sentence. */
  noteOn?(trace: ExcitationTrace): string | undefined;
}

/** The fitter, for a file that showed gates before it was edited: what no longer fits is measured by the network that made them then. */
export function rememberingFitter(fitter: Fitter, before: FoundGates | undefined): Fitter {
  if (!before) return fitter;
  const family = traceFamily(before.trace);
  return {
    ...fitter,
    fit: (source, trace, chosen) => {
      const match = fitter.fit(source, trace, chosen);
      if (match.kind !== 'changed' || chosen !== undefined || traceFamily(trace) !== family) return match;
      const again = fitter.fit(source, trace, before.network);
      return again.kind === 'changed' ? again : match;
    },
  };
}

export interface FittingTrace {
  readonly source: TraceSource;
  readonly trace: ExcitationTrace;
  readonly family: string;
  readonly match: Exclude<GateMatch, { kind: 'none' }>;
}

export interface SourcesToChooseFrom {
  /** Newest first. */
  all(): Promise<readonly TraceSource[]>;
  byId(id: string): Promise<TraceSource | undefined>;
}

/**
 * What the user has chosen; else the newest trace that fits for certain, those recorded from the file itself first; else what is of this file
 * and no longer fits; else a question about the newest that may fit.
 *
 * @param unreadable told of every source that could not be read
 */
export async function chooseGates(
  sources: SourcesToChooseFrom,
  fitter: Fitter,
  choice: FileChoice,
  unreadable: (source: TraceSource, thrown: unknown) => void,
): Promise<GatesReading> {
  if (choice.source !== undefined) return chosenGates(sources, fitter, choice, choice.source);
  const fitting = await fittingTraces(sources, fitter, choice, unreadable);
  const certain = fitting.filter(({ match }) => match.kind === 'certain');
  const shown =
    certain.find(({ trace }) => fitter.isOwn(trace)) ??
    certain[0] ??
    fitting.find(({ match }) => match.kind === 'changed');
  const best = shown ?? fitting.find(({ family }) => answerFor(choice, family) === undefined);
  return best ? readingOf(best, fitter) : {};
}

/** Every trace that may be read unasked and fits in some way, newest first. */
export async function fittingTraces(
  sources: SourcesToChooseFrom,
  fitter: Fitter,
  choice: FileChoice,
  unreadable: (source: TraceSource, thrown: unknown) => void,
): Promise<FittingTrace[]> {
  const fitting: FittingTrace[] = [];
  for (const source of await sources.all()) {
    if (!source.readUnasked) continue;
    try {
      const found = fitOf(source, await source.read(), fitter, choice);
      if (found) fitting.push(found);
    } catch (thrown) {
      unreadable(source, thrown);
    }
  }
  return fitting;
}

export function fitOf(
  source: TraceSource,
  trace: ExcitationTrace,
  fitter: Fitter,
  choice: FileChoice,
): FittingTrace | undefined {
  if (trace.blocks.length === 0) return undefined;
  const family = traceFamily(trace);
  const match = fitter.fit(source, trace, answerFor(choice, family) ?? undefined);
  if (match.kind === 'none') return undefined;
  const placements = match.kind === 'open' ? match.placements : [match.placement];
  return placements.some(({ sites }) => sites.length > 0) ? { source, trace, family, match } : undefined;
}

async function chosenGates(
  sources: SourcesToChooseFrom,
  fitter: Fitter,
  choice: FileChoice,
  id: string,
): Promise<GatesReading> {
  const source = await sources.byId(id);
  if (!source) return { lost: 'The gates that you chose for this file are not there any more.' };
  let trace: ExcitationTrace;
  try {
    trace = await source.read();
  } catch (thrown) {
    return { lost: `The gates that you chose for this file: ${messageOf(thrown)}` };
  }
  const fitting = fitOf(source, trace, fitter, choice);
  if (!fitting) return { lost: `The gates of ${source.label} do not fit this file any more.` };
  return readingOf(fitting, fitter);
}

function readingOf(
  { source: { id, kind, label, ...about }, trace, family, match }: FittingTrace,
  fitter: Fitter,
): GatesReading {
  const source: GateSource = { id, kind, label, detail: detailOf(about, trace) };
  if (match.kind === 'open') {
    const places = match.placements.map(({ network, offset }) => ({ network, offset }));
    return { question: { source, family, places } };
  }
  const { network, sites } = match.placement;
  if (match.kind === 'changed') return { found: { source, trace, network, sites, stale: match.why } };
  const note = fitter.noteOn?.(trace);
  return { found: { source, trace, network, sites, ...(note !== undefined && { note }) } };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
