import { describe, expect, it } from 'vitest';
import type { ExcitationTrace } from '../../../src/core/excitation/trace';
import { compileModel } from '../../../src/core/model/compileModel';
import type { ModelSpec } from '../../../src/core/model/modelSpec';
import { parseDefinition } from '../../../src/core/model/parseDefinition';
import { fitDefinition } from '../../../src/host/editor/gates/fitDefinition';
import { blockOf, traceOf } from './gatesFixture';

const text = (over: object = {}) =>
  JSON.stringify(
    { version: 1, name: 'Net', backbone: { depth: 14 }, se: { reduction: 4, stages: [1, 3] }, ...over },
    null,
    2,
  );
const specOf = (definition: string): ModelSpec => parseDefinition(definition).spec!;
const traceFor = (spec: ModelSpec): ExcitationTrace =>
  traceOf(
    compileModel(spec).blocks.map(({ id, channels }) =>
      blockOf(id, [Array.from({ length: channels }, () => 0.5)]),
    ),
  );

describe('fitDefinition', () => {
  const here = text();
  const spec = specOf(here);
  const fitter = fitDefinition(here)!;

  it('places the gates of a run of this definition at the stages that make them', () => {
    const match = fitter.fit({ spec }, traceFor(spec), undefined);
    if (match.kind !== 'certain') throw new Error(match.kind);
    expect(
      match.placement.sites.map(({ span, blocks }) => ({ text: here.slice(span.from, span.to), blocks })),
    ).toEqual([
      { text: '1', blocks: ['layer1.0.se', 'layer1.1.se'] },
      { text: '3', blocks: ['layer3.0.se', 'layer3.1.se'] },
    ]);
    expect(match.placement.missing).toEqual([]);
  });

  it('shows what is left where the definition changed, and says how', () => {
    const trained = specOf(text({ se: { reduction: 8, stages: [1, 2] } }));
    const match = fitter.fit({ spec: trained }, traceFor(trained), undefined);
    if (match.kind !== 'changed') throw new Error(match.kind);
    expect(match.why).toBe(
      'The definition changed since the run: se.reduction was 8, is 4; se.stages was [1,2], is [1,3].',
    );
    expect(match.placement.sites.flatMap(({ blocks }) => blocks)).toEqual(['layer1.0.se', 'layer1.1.se']);
    expect(match.placement.missing).toEqual(['layer2.0.se', 'layer2.1.se']);
  });

  it('has nothing to do with runs of other definitions, unless told to', () => {
    const other = specOf(text({ name: 'Other' }));
    expect(fitter.fit({ spec: other }, traceFor(other), undefined).kind).toBe('none');
    expect(fitter.fit({ spec: other }, traceFor(other), 'Net').kind).toBe('changed');
  });

  it('asks about a recording of just these blocks, and refuses others', () => {
    const recording = traceFor(spec);
    expect(fitter.fit({}, recording, undefined).kind).toBe('open');
    expect(fitter.fit({}, recording, 'Net').kind).toBe('certain');
    const wider = traceFor(specOf(text({ backbone: { depth: 14, width: 32 } })));
    expect(fitter.fit({}, wider, undefined).kind).toBe('none');
    expect(fitter.fit({}, wider, 'Net').kind).toBe('changed');
  });

  it('is not there for a definition without SE, or with errors', () => {
    expect(fitDefinition(text({ se: 'none' }))).toBeUndefined();
    expect(fitDefinition(text({ backbone: { depth: 15 } }))).toBeUndefined();
    expect(fitDefinition('{')).toBeUndefined();
  });
});
