import {
  divergingScale,
  sequentialScale,
  type ColourScale,
} from '../../../../src/core/excitation/colourScale';
import type { QuantityKind } from '../legend';
import { GATE_BOUNDS, type BlockAtEpoch, type GateSource, type SourceEpoch } from '../heatmapSource';
import {
  classReach,
  difference,
  meanGates,
  rangeOf,
  reachBetween,
  reachFromClass,
  spreads,
} from './cellValues';
import type { Compared } from './comparison';

/** What cells stand for: the gate, how far the classes spread, or a difference. */
export interface Quantity {
  kind: QuantityKind;
  /** For the legend and files, e.g. `Gate minus all classes`. */
  name: string;
}

export function quantityOf(compared: Compared, classIndex: number | null): Quantity {
  switch (compared.kind) {
    case 'classes':
      return classIndex === null
        ? { kind: 'spread', name: 'Spread between classes' }
        : { kind: 'difference', name: 'Gate minus all classes' };
    case 'class':
    case 'other':
      return { kind: 'difference', name: `Gate minus ${compared.label}` };
    default:
      return { kind: 'gate', name: 'Mean gate' };
  }
}

/** One row in the order of channel numbers, [channels]; undefined for a block that the other side lacks. */
export function rowValues(
  block: BlockAtEpoch,
  epoch: SourceEpoch,
  classIndex: number | null,
  compared: Compared,
): Float64Array | undefined {
  const { gates } = epoch;
  if (compared.kind === 'classes' && classIndex === null) return spreads(block, gates);
  if (compared.kind === 'other') {
    const label = compared.sameClasses ? classIndex : null;
    const own = meanGates(block, gates, label);
    const other = compared.at(epoch);
    const match = other?.blocks.find((candidate) => candidate.block === block.block);
    if (!other || match?.channels !== block.channels) return undefined;
    return difference(own, meanGates(match, other, label));
  }
  const own = meanGates(block, gates, classIndex);
  if (compared.kind === 'classes') return difference(own, meanGates(block, gates, null));
  if (compared.kind === 'class') return difference(own, meanGates(block, gates, compared.classIndex));
  return own;
}

/** Least distance that a scale of differences spans: below it colours would show rounding. */
const LEAST_REACH = 0.001;

/**
 * Colours of the classes' rows: the same for every epoch and class, so that the slider shows change and nothing else.
 *
 * @param dark the theme's background is
 */
export function scaleOf(
  source: GateSource,
  compared: Compared,
  fullRange: boolean,
  dark: boolean,
): ColourScale {
  const most = (reach: (epoch: SourceEpoch) => number) => Math.max(LEAST_REACH, ...source.epochs.map(reach));
  switch (compared.kind) {
    case 'classes':
      return divergingScale(
        most(({ gates }) => classReach(gates)),
        dark,
      );
    case 'class':
      return divergingScale(
        most(({ gates }) => reachFromClass(gates, compared.classIndex)),
        dark,
      );
    case 'other': {
      const reach = (epoch: SourceEpoch) => {
        const other = compared.at(epoch);
        return other ? reachBetween(epoch.gates, other, compared.sameClasses) : 0;
      };
      return divergingScale(most(reach), dark);
    }
    default:
      return gateScale(source, fullRange);
  }
}

function gateScale({ gate, epochs }: GateSource, fullRange: boolean): ColourScale {
  const bounds = fullRange && gate ? GATE_BOUNDS[gate] : null;
  if (bounds) return sequentialScale(bounds.low, bounds.high);
  const ranges = epochs.map(({ gates }) => rangeOf(gates));
  return sequentialScale(
    Math.min(...ranges.map(({ low }) => low)),
    Math.max(...ranges.map(({ high }) => high)),
  );
}
