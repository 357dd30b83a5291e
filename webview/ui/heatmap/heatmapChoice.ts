import type { ChannelOrder } from '../../../src/core/excitation/channelOrder';

export type HeatView = 'blocks' | 'stages' | 'within';

/** What is taken off the gates on display: nothing, all classes, a class, an epoch, or another model. */
export type Comparison = 'none' | 'classes' | 'class' | 'epoch' | 'source';

/** What the user has chosen to look at; kept by the view, not by the run. */
export interface HeatmapChoice {
  view: HeatView;
  /** Id of the GateSource; null takes the first. */
  sourceId: string | null;
  /** Null follows the latest epoch, also while training goes on. */
  epoch: number | null;
  /** Null averages all classes. */
  classIndex: number | null;
  comparison: Comparison;
  otherClass: number;
  /** Null takes the first epoch. */
  otherEpoch: number | null;
  /** Id of a GateSource, or a run's id and a slash for that run's first one. */
  otherSource: string | null;
  order: ChannelOrder;
  /** Colours over the whole range the gate function has, instead of the range in use. */
  fullRange: boolean;
  /** The block in the detail; null takes the last. */
  block: string | null;
  /** Rows of the detail. */
  detailRows: 'classes' | 'images';
  /** Classes of the stage charts, null for an empty place; null for all takes classes that are spread over the list. */
  figureClasses: readonly (number | null)[] | null;
  /** Block of each stage's chart where it is not the stage's last. */
  figureBlocks: Readonly<Record<number, string>>;
}

export const FIRST_CHOICE: HeatmapChoice = {
  view: 'blocks',
  sourceId: null,
  epoch: null,
  classIndex: null,
  comparison: 'none',
  otherClass: 0,
  otherEpoch: null,
  otherSource: null,
  order: 'number',
  fullRange: false,
  block: null,
  detailRows: 'classes',
  figureClasses: null,
  figureBlocks: {},
};
