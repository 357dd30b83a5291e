/** What travels through a door. `hello` keeps its shape for ever, so that any two versions can tell each other apart. */
import * as v from 'valibot';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const name = v.pipe(v.string(), v.maxLength(100));

export const envelope = v.variant('kind', [
  /** `reply` is false when the sender has just started; such a hello is answered by one with `reply` true. */
  v.object({ kind: v.literal('hello'), protocolVersion: v.number(), reply: v.boolean() }),
  v.strictObject({ kind: v.literal('request'), id, name, params: v.unknown() }),
  v.strictObject({ kind: v.literal('response'), id, result: v.unknown() }),
  v.strictObject({
    kind: v.literal('failure'),
    id,
    code: v.pipe(v.string(), v.maxLength(100)),
    message: v.pipe(v.string(), v.maxLength(10_000)),
  }),
  v.strictObject({ kind: v.literal('cancel'), id }),
  v.strictObject({ kind: v.literal('event'), name, data: v.unknown() }),
]);
export type Envelope = v.InferOutput<typeof envelope>;

/** The first few reasons of a guard, for a log line. */
export function reasons(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => `${v.getDotPath(issue) ?? 'value'}: ${issue.message}`)
    .join('; ')
    .slice(0, 500);
}
