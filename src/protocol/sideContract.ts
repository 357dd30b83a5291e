/**
 * The door between the extension host and the side view, which shows the gates of the code beside it. Lines count from 0, as VS Code's do.
 * Matrices travel as Float32Array: VS Code copies typed arrays as they are.
 */
import * as v from 'valibot';
import { TRACE_LIMITS } from '../core/excitation/trace';
import type { Contract } from './contract';
import { count, fraction, nothing, text } from './schemas';

const floats = v.instance(Float32Array<ArrayBuffer>);

/** Lines with SE that a view lists at most; a file with more has long stopped to be readable. */
export const MAX_SIDE_LINES = 2_000;

/** One SE block in numbers; blockSummary.ts says what they mean. */
export const sideBlock = v.strictObject({
  id: text,
  channels: v.pipe(count, v.minValue(1)),
  mean: v.number(),
  channelSpread: v.number(),
  classSpread: v.number(),
  saturatedLow: fraction,
  saturatedHigh: fraction,
  /** A sentence, if the block stands out. */
  remark: v.exactOptional(text),
});
export type SideBlock = v.InferOutput<typeof sideBlock>;

/** A line of code and the blocks that it makes, as indices into the view's blocks. */
export const sideLine = v.strictObject({
  line: count,
  /** The line's text without its indent. */
  text,
  blocks: v.pipe(v.array(count), v.minLength(1), v.maxLength(TRACE_LIMITS.blocks)),
});
export type SideLine = v.InferOutput<typeof sideLine>;

/** Gates that belong to the file on display. */
export const sideGates = v.strictObject({
  kind: v.literal('gates'),
  /** Another number whenever the gates are others, so that what was asked about the last ones is not mixed in. */
  revision: count,
  /** The document's URI. */
  document: text,
  file: text,
  lineCount: v.pipe(count, v.minValue(1)),
  source: v.strictObject({ kind: v.picklist(['run', 'recording']), label: text, detail: text }),
  /** Why the code is no longer what was measured; absent while it is. */
  stale: v.exactOptional(text),
  classNames: v.pipe(v.array(text), v.maxLength(TRACE_LIMITS.classes)),
  /** Images per class, [classes]. */
  imagesPerClass: v.pipe(v.array(count), v.maxLength(TRACE_LIMITS.classes)),
  /** In the order of the code. */
  lines: v.pipe(v.array(sideLine), v.minLength(1), v.maxLength(MAX_SIDE_LINES)),
  blocks: v.pipe(v.array(sideBlock), v.minLength(1), v.maxLength(TRACE_LIMITS.blocks)),
  /** Mean gate of every channel over all images, block after block, [sum of channels]. */
  channelMeans: floats,
});
export type SideGates = v.InferOutput<typeof sideGates>;

/** No gates to show, and why, in a sentence. */
export const sideNothing = v.strictObject({
  kind: v.literal('nothing'),
  document: v.nullable(text),
  file: v.nullable(text),
  message: text,
});
export type SideNothing = v.InferOutput<typeof sideNothing>;

export const sideState = v.variant('kind', [sideGates, sideNothing]);
export type SideState = SideGates | SideNothing;

/** Where the editor is: first and last visible line, and the cursor's. */
export const editorPlace = v.strictObject({ top: count, bottom: count, cursor: count });
export type EditorPlace = v.InferOutput<typeof editorPlace>;

/** Commands that the view may ask for. */
export const SIDE_COMMANDS = [
  'sePlayground.chooseGates',
  'sePlayground.gates.show',
  'sePlayground.openRecording',
] as const;
export type SideCommand = (typeof SIDE_COMMANDS)[number];

/** What the host serves and announces. */
export const sideHostContract = {
  requests: {
    ready: { params: nothing, result: v.strictObject({ state: sideState, place: v.nullable(editorPlace) }) },
    /** Gates of one block for each class: mean and deviation over the class's images, row-major [classes, channels]. Null if `revision` is no longer on display. */
    classGates: {
      params: v.strictObject({ revision: count, block: count }),
      result: v.nullable(v.strictObject({ mean: floats, deviation: floats })),
    },
  },
  events: {
    stateChanged: v.strictObject({ state: sideState, place: v.nullable(editorPlace) }),
    /** The user scrolled the editor. */
    editorScrolled: v.strictObject({ top: count, bottom: count }),
    /** The user moved the cursor to another line. */
    cursorMoved: v.strictObject({ line: count }),
  },
} as const satisfies Contract;
export type SideHostContract = typeof sideHostContract;

/** What the page announces; the host asks it nothing. */
export const sidePageContract = {
  requests: {},
  events: {
    /** The user selected something of that line: the editor shows it, and the focus stays in the view. */
    lineSelected: v.strictObject({ line: count }),
    /** The user wants to go on in the code at that line. */
    lineOpened: v.strictObject({ line: count }),
    /** The user scrolled the view: that line goes with its top. */
    viewScrolled: v.strictObject({ line: count }),
    commandWanted: v.strictObject({ command: v.picklist(SIDE_COMMANDS) }),
    /** A failure in the page that has no request to answer; goes to the log. */
    problem: v.strictObject({ code: text, message: text }),
  },
} as const satisfies Contract;
export type SidePageContract = typeof sidePageContract;
