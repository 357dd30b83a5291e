/** What the user has chosen to look at; kept by the view, not by the run. */
export interface HeatmapChoice {
  /** Id of the HeatmapSource; null takes the first. */
  sourceId: string | null;
  /** Null follows the latest epoch, also while training goes on. */
  epoch: number | null;
  /** Null averages all classes. */
  classIndex: number | null;
  difference: boolean;
  /** Colours over the whole range the gate function has, instead of the range in use. */
  fullRange: boolean;
  /** The block in the detail; null takes the last. */
  block: string | null;
}

export const FIRST_CHOICE: HeatmapChoice = {
  sourceId: null,
  epoch: null,
  classIndex: null,
  difference: false,
  fullRange: false,
  block: null,
};
