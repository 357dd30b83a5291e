/**
 * The file form of an ExcitationTrace, `*.excitation.json`: JSON whose arrays of numbers are base64 (packedFloats.ts). docs/formats.md
 * describes it for other programs. Files come from anywhere, so nothing they say is believed before it is checked.
 */
import * as v from 'valibot';
import { PlaygroundError } from '../errors';
import { GATES } from '../model/modelSpec';
import { NUMBER_FORMS, packFloats, packedLength, unpackFloats, type NumberForm } from './packedFloats';
import { MEASUREMENTS, TRACE_LIMITS, type BlockTrace, type ExcitationTrace } from './trace';
import { traceProblem } from './traceProblem';

export const TRACE_FORMAT = 'se-playground.excitation';
export const TRACE_VERSION = 1;

/**
 * The file's text. Numbers are float32, or float16 where float32 would not fit the format's size.
 *
 * @throws PlaygroundError `data/trace` for what `decodeTrace` would not take
 */
export function encodeTrace(trace: ExcitationTrace): string {
  const problem = traceProblem(trace);
  if (problem !== undefined) throw unwritable(problem);
  const numbers = NUMBER_FORMS.find((form) => totalCharacters(trace, form) < TRACE_LIMITS.fileCharacters);
  if (!numbers) throw unwritable('it is too large; leave out images or put classes together');
  const { images, blocks, ...about } = trace;
  const file = {
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    ...about,
    numbers,
    images,
    blocks: blocks.map(({ mean, deviation, imageGates, ...facts }) => ({
      ...facts,
      mean: packFloats(mean, numbers),
      deviation: packFloats(deviation, numbers),
      ...(imageGates && { imageGates: packFloats(imageGates, numbers) }),
    })),
  };
  if (!v.is(fileSchema, file)) throw unwritable('a part of its description is too long or missing');
  const text = JSON.stringify(file);
  if (text.length > TRACE_LIMITS.fileCharacters) throw unwritable('it is too large');
  return text;
}

/** @throws PlaygroundError `data/trace` for anything that is not a whole, well-formed trace of a version that is known here */
export function decodeTrace(text: string): ExcitationTrace {
  if (text.length > TRACE_LIMITS.fileCharacters) {
    throw unreadable(`it has more than ${TRACE_LIMITS.fileCharacters / 2 ** 20} million characters`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw unreadable('it is no JSON', cause);
  }
  refuseOtherFormats(content);
  const parsed = v.safeParse(fileSchema, content, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw unreadable(`${(v.getDotPath(issue) ?? 'the file').slice(0, 100)} does not make sense`);
  }
  const { format: _format, version: _version, numbers, blocks, ...about } = parsed.output;
  const sizes = { classes: about.classNames.length, images: about.images.length };
  const trace = { ...about, blocks: blocks.map((block) => unpackBlock(block, sizes, numbers)) };
  const problem = traceProblem(trace);
  if (problem !== undefined) throw unreadable(problem);
  return trace;
}

function refuseOtherFormats(content: unknown): void {
  const head = v.safeParse(v.object({ format: v.literal(TRACE_FORMAT), version: v.number() }), content);
  if (!head.success) throw unreadable('it is no recording of excitations');
  if (head.output.version > TRACE_VERSION) {
    throw new PlaygroundError(
      'data/trace',
      `The recording is of format ${head.output.version}, and this version of SE Playground reads up to ${TRACE_VERSION}. Update the extension.`,
    );
  }
}

/** The length is checked first: a valid file of half a million wrong items must not make half a million issues. */
function list<Item extends v.GenericSchema>(item: Item, most: number, least = 0) {
  const fits = (given: unknown) => Array.isArray(given) && given.length >= least && given.length <= most;
  return v.pipe(v.unknown(), v.check(fits), v.array(item));
}

const name = v.pipe(v.string(), v.maxLength(TRACE_LIMITS.nameCharacters));
const fullName = v.pipe(name, v.minLength(1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const blockSchema = v.strictObject({
  block: fullName,
  channels: v.pipe(count, v.minValue(1), v.maxValue(TRACE_LIMITS.channels)),
  gate: v.exactOptional(v.picklist(GATES)),
  measured: v.picklist(MEASUREMENTS),
  unknown: v.exactOptional(fraction),
  saturatedLow: fraction,
  saturatedHigh: fraction,
  mean: v.string(),
  deviation: v.string(),
  imageGates: v.exactOptional(v.string()),
});

const fileSchema = v.strictObject({
  format: v.literal(TRACE_FORMAT),
  version: v.literal(TRACE_VERSION),
  producer: name,
  model: name,
  recordedAt: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/)),
  epoch: v.exactOptional(count),
  code: v.exactOptional(
    list(
      v.strictObject({
        file: v.pipe(fullName, v.regex(/^[^/\\]*$/)),
        fingerprint: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
      }),
      TRACE_LIMITS.codeFiles,
      1,
    ),
  ),
  classNames: list(name, TRACE_LIMITS.classes, 1),
  imagesPerClass: list(count, TRACE_LIMITS.classes, 1),
  numbers: v.picklist(NUMBER_FORMS),
  images: list(v.strictObject({ id: name, label: count }), TRACE_LIMITS.images),
  blocks: list(blockSchema, TRACE_LIMITS.blocks),
});

function unpackBlock(
  { mean, deviation, imageGates, ...facts }: v.InferOutput<typeof blockSchema>,
  { classes, images }: { classes: number; images: number },
  numbers: NumberForm,
): BlockTrace {
  const unpack = (text: string, rows: number, what: string) => {
    const values = unpackFloats(text, rows * facts.channels, numbers);
    if (!values) throw unreadable(`${what} of ${facts.block} has another size than its channels say`);
    return values;
  };
  return {
    ...facts,
    mean: unpack(mean, classes, 'mean'),
    deviation: unpack(deviation, classes, 'deviation'),
    ...(imageGates !== undefined && { imageGates: unpack(imageGates, images, 'imageGates') }),
  };
}

/** Characters of the packed numbers, the bulk of a file. */
function totalCharacters({ blocks }: ExcitationTrace, form: NumberForm): number {
  return blocks.reduce(
    (total, { mean, deviation, imageGates }) =>
      total +
      packedLength(mean.length, form) +
      packedLength(deviation.length, form) +
      packedLength(imageGates?.length ?? 0, form),
    0,
  );
}

function unreadable(why: string, cause?: unknown): PlaygroundError {
  const text = `The recorded excitations cannot be read: ${why}. Record them again with the script of "Record Excitations".`;
  return new PlaygroundError('data/trace', text, { cause });
}

function unwritable(why: string): PlaygroundError {
  return new PlaygroundError('data/trace', `The excitations cannot be written: ${why}.`);
}
