/** The guard of a recorded trace at the doors: its numbers travel as binary, and what they say is checked as in a file. */
import * as v from 'valibot';
import { MEASUREMENTS, TRACE_LIMITS, type ExcitationTrace } from '../core/excitation/trace';
import { traceProblem } from '../core/excitation/traceProblem';
import { GATES } from '../core/model/modelSpec';
import type { Guard } from './contract';
import { count, fraction } from './schemas';

const name = v.pipe(v.string(), v.maxLength(TRACE_LIMITS.nameCharacters));
const floats = v.instance(Float32Array);

export const excitationTrace: Guard<ExcitationTrace> = v.pipe(
  v.strictObject({
    producer: name,
    model: name,
    recordedAt: name,
    epoch: v.exactOptional(count),
    code: v.exactOptional(
      v.pipe(v.array(v.strictObject({ file: name, fingerprint: name })), v.maxLength(TRACE_LIMITS.codeFiles)),
    ),
    classNames: v.pipe(v.array(name), v.maxLength(TRACE_LIMITS.classes)),
    imagesPerClass: v.pipe(v.array(count), v.maxLength(TRACE_LIMITS.classes)),
    images: v.pipe(v.array(v.strictObject({ id: name, label: count })), v.maxLength(TRACE_LIMITS.images)),
    blocks: v.pipe(
      v.array(
        v.strictObject({
          block: name,
          channels: v.pipe(count, v.minValue(1), v.maxValue(TRACE_LIMITS.channels)),
          gate: v.exactOptional(v.picklist(GATES)),
          measured: v.picklist(MEASUREMENTS),
          unknown: v.exactOptional(fraction),
          saturatedLow: fraction,
          saturatedHigh: fraction,
          mean: floats,
          deviation: floats,
          imageGates: v.exactOptional(floats),
        }),
      ),
      v.maxLength(TRACE_LIMITS.blocks),
    ),
  }),
  v.check((trace) => traceProblem(trace) === undefined, 'the trace contradicts itself'),
);
