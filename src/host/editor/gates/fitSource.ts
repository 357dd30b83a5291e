/** Which traces fit a source file. Reads the parsers, so it is imported when it is first needed. */
import { createHash } from 'node:crypto';
import type { SourceLanguage } from '../../../core/codegen/sourceLanguage';
import { fingerprintText } from '../../../core/editing/gates/fingerprintText';
import type { GateMatch } from '../../../core/editing/gates/gateMatch';
import { GateSource, placeGates } from '../../../core/editing/gates/placeGates';
import { traceFamily } from '../../../core/editing/gates/traceFamily';
import type { ExcitationTrace } from '../../../core/excitation/trace';
import type { Fitter } from './chooseGates';

/** @param fileName without a folder */
export function fitSource(text: string, language: SourceLanguage, fileName: string): Fitter {
  const source = new GateSource(text, language);
  const digest = createHash('sha256').update(fingerprintText(text), 'utf8').digest('hex');
  const fingerprint = `sha256:${digest}`;
  const codeOf = ({ code }: ExcitationTrace) => code?.find(({ file }) => file === fileName);
  // A run that trains has new gates every epoch, and the same structure.
  const known = new Map<string, GateMatch>();
  return {
    fit: (_source, trace, chosen) => {
      const key = JSON.stringify([traceFamily(trace), codeOf(trace), chosen]);
      const found =
        known.get(key) ??
        placeGates(source, trace, { fileName, fingerprint, ...(chosen !== undefined && { chosen }) });
      known.set(key, found);
      return found;
    },
    isOwn: (trace) => codeOf(trace) !== undefined,
    noteOn: (trace) => {
      const recorded = codeOf(trace);
      return recorded && recorded.fingerprint !== fingerprint
        ? 'The file was edited since it was recorded; its SE blocks are the same.'
        : undefined;
    },
  };
}
