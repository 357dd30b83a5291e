/**
 * What a keybinding, a task, a lens or a test may say to the commands about SE blocks. Arguments come from files that people write, so
 * every key and value is checked, and the message names the one that is wrong.
 */
import { frameworksOf, type SourceFramework } from '../../../core/codegen/sourceLanguage';
import { SE_VARIANTS, type SeVariant } from '../../../core/editing/insertTypes';
import { GATES, SQUEEZES, type Gate, type Squeeze } from '../../../core/model/modelSpec';

export interface VerbArguments {
  readonly variant?: SeVariant;
  readonly reduction?: number;
  readonly squeeze?: Squeeze;
  readonly gate?: Gate;
  readonly bias?: boolean;
  readonly framework?: SourceFramework;
  /** Asks after all, with the preview, starting from the other arguments. */
  readonly preview?: boolean;
  /** Place in the document: UTF-16 units from its start, or a line counted from 1. Absent: the cursor. */
  readonly offset?: number;
  readonly line?: number;
  /** The document; absent: the active editor's. */
  readonly uri?: string;
  /** Of convertNetwork only: the class at the place, or the whole file. */
  readonly scope?: ConvertScopeName;
}

export const CONVERT_SCOPES = ['class', 'file'] as const;
export type ConvertScopeName = (typeof CONVERT_SCOPES)[number];

export type VerbArgumentKey = keyof VerbArguments;
type Reading = { readonly value: string | number | boolean } | { readonly expected: string };
type Reader = (value: unknown) => Reading;

const oneOf =
  (choices: readonly string[]): Reader =>
  (value) =>
    typeof value === 'string' && choices.includes(value)
      ? { value }
      : { expected: `one of ${listed(choices)}` };
const wholeFrom =
  (least: number): Reader =>
  (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least
      ? { value }
      : { expected: `a whole number from ${least}` };
const truth: Reader = (value) => (typeof value === 'boolean' ? { value } : { expected: 'true or false' });
const text: Reader = (value) =>
  typeof value === 'string' && value !== '' ? { value } : { expected: 'the address of a document' };

const READERS: Readonly<Record<VerbArgumentKey, Reader>> = {
  variant: oneOf(SE_VARIANTS),
  reduction: wholeFrom(1),
  squeeze: oneOf(SQUEEZES),
  gate: oneOf(GATES),
  bias: truth,
  framework: oneOf([...new Set([...frameworksOf('python'), ...frameworksOf('typescript')])]),
  preview: truth,
  offset: wholeFrom(0),
  line: wholeFrom(1),
  uri: text,
  scope: oneOf(CONVERT_SCOPES),
};

const PLACE_KEYS = ['framework', 'preview', 'offset', 'line', 'uri'] as const;
const OPTION_KEYS = ['variant', 'reduction', 'squeeze', 'gate', 'bias'] as const;
/** What each command takes. */
export const INSERT_KEYS: readonly VerbArgumentKey[] = [...OPTION_KEYS, ...PLACE_KEYS];
export const CHANGE_KEYS = INSERT_KEYS;
export const REMOVE_KEYS: readonly VerbArgumentKey[] = PLACE_KEYS;
export const CONVERT_KEYS: readonly VerbArgumentKey[] = [...INSERT_KEYS, 'scope'];

export type ArgumentsReading =
  | { readonly ok: true; readonly given: VerbArguments | null }
  | { readonly ok: false; readonly message: string };

/** Reads a command's argument; `given` is null where there is none, so that the command asks. */
export function readVerbArguments(argument: unknown, allowed: readonly VerbArgumentKey[]): ArgumentsReading {
  if (argument === undefined || argument === null) return { ok: true, given: null };
  if (typeof argument !== 'object' || Array.isArray(argument))
    return refused(
      `The arguments must be an object, such as { "reduction": 16 }; this is ${shown(argument)}.`,
    );
  const given: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(argument)) {
    const known = allowed.find((name) => name === key);
    if (!known) return refused(`There is no argument "${key}" here. There are ${listed(allowed)}.`);
    if (value === undefined) continue;
    const reading = READERS[known](value);
    if ('expected' in reading)
      return refused(`The argument "${key}" must be ${reading.expected}; it is ${shown(value)}.`);
    given[key] = reading.value;
  }
  if ('offset' in given && 'line' in given)
    return refused('Give "offset" or "line", not both: each says where the block goes.');
  return { ok: true, given };
}

/** Whether the command has to ask: nothing was said, or a preview was asked for. */
export function asks(given: VerbArguments | null): boolean {
  return given === null || given.preview === true;
}

function refused(message: string): ArgumentsReading {
  return { ok: false, message };
}

function listed(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ');
}

function shown(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 60 ? `${written.slice(0, 60)}…` : written;
}
