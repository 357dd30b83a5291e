import type { BlockTrace, ExcitationTrace } from '../../../../src/core/excitation/trace';
import type { RecordedTrace } from '../../store/pageState';
import type { BlockFacts, GatesAtEpoch, GateSource, SourceEpoch } from '../heatmapSource';

const gatesOfTraces = new WeakMap<ExcitationTrace, GatesAtEpoch>();

/** The recordings as sources. Those of one model at different epochs are one source, which can be scrubbed. */
export function traceSources(traces: readonly RecordedTrace[]): GateSource[] {
  const series = new Map<string, RecordedTrace[]>();
  for (const recorded of traces) {
    const key = seriesKey(recorded.trace);
    const found = series.get(key) ?? [];
    const isAnotherEpoch =
      recorded.trace.epoch !== undefined &&
      found.every(({ trace }) => trace.epoch !== undefined && trace.epoch !== recorded.trace.epoch);
    if (isAnotherEpoch || found.length === 0) series.set(key, [...found, recorded]);
    else series.set(`${key} ${recorded.label}`, [recorded]);
  }
  return [...series.values()].map(sourceOf);
}

/** The source that a recording is part of. */
export function sourceWith(sources: readonly GateSource[], { trace }: RecordedTrace): GateSource | undefined {
  return sources.find(({ epochs }) => epochs.some(({ gates }) => gates === gatesOfTraces.get(trace)));
}

function sourceOf(recordings: readonly RecordedTrace[]): GateSource {
  const [newest] = recordings;
  if (!newest) throw new RangeError('A source needs a recording');
  const { trace, label } = newest;
  const gate = trace.blocks[0]?.gate;
  const epochs = recordings
    .map(({ trace: { epoch = null, ...rest }, trace: whole }): SourceEpoch => ({
      epoch,
      gates: gatesOf(whole, rest.classNames),
    }))
    .sort((one, other) => (one.epoch ?? 0) - (other.epoch ?? 0));
  return {
    // The one that was opened first stays when others of its series come.
    id: `recording ${recordings.at(-1)?.label}`,
    label: recordings.length === 1 ? label : `${trace.model}, ${recordings.length} recordings`,
    // One range of colours for all blocks needs one gate function.
    ...(gate && trace.blocks.every((block) => block.gate === gate) && { gate }),
    blocks: stagesByChannels(trace.blocks),
    classes: trace.classNames,
    epochs,
    isDisplayedRun: false,
  };
}

function seriesKey({ model, classNames, blocks }: ExcitationTrace): string {
  return JSON.stringify([model, classNames.length, blocks.map(({ block, channels }) => [block, channels])]);
}

/** Blocks in a row with as many channels are a stage: a recording knows its network's order and sizes, but no stages. */
function stagesByChannels(blocks: readonly BlockTrace[]): BlockFacts[] {
  let stage = 0;
  return blocks.map(({ block, channels }, index) => {
    if (blocks[index - 1]?.channels !== channels) stage++;
    return { id: block, channels, stage };
  });
}

function gatesOf(trace: ExcitationTrace, classes: readonly string[]): GatesAtEpoch {
  let gates = gatesOfTraces.get(trace);
  if (!gates) {
    const { imagesPerClass, blocks, images } = trace;
    const names = images.map(({ id, label }) => ({ label, name: `${id} (${classes[label] ?? label})` }));
    gates = { imagesPerClass, blocks, images: names };
    gatesOfTraces.set(trace, gates);
  }
  return gates;
}
