/** What a user has said about the gates of one file, as it is remembered. */
import * as v from 'valibot';

/** Answers that are kept of a file; the oldest give way. */
const MAX_ANSWERS = 40;

const text = v.pipe(v.string(), v.maxLength(4_096));
const answers = v.array(v.strictObject({ family: text, network: v.nullable(text) }));
const fileChoice = v.strictObject({
  /** Id of the source to show, whatever else there is. */
  source: v.exactOptional(text),
  /** For families of traces the network of the file that made them; null: none, and do not ask again. */
  answers,
});
export type FileChoice = v.InferOutput<typeof fileChoice>;

export const NO_CHOICE: FileChoice = { answers: [] };

/** What another version may have stored is no answer. */
export function readFileChoice(stored: unknown): FileChoice {
  const parsed = v.safeParse(fileChoice, stored);
  return parsed.success ? parsed.output : NO_CHOICE;
}

/** The network, null where the user said no, undefined where nothing was said. */
export function answerFor({ answers }: FileChoice, family: string): string | null | undefined {
  return answers.find((answer) => answer.family === family)?.network;
}

export function withAnswer(choice: FileChoice, family: string, network: string | null): FileChoice {
  const others = choice.answers.filter((answer) => answer.family !== family);
  return { ...choice, answers: [{ family, network }, ...others].slice(0, MAX_ANSWERS) };
}
