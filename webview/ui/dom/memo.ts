/** True if both lists hold the very same values. State is immutable, so an unchanged part is the same object. */
export function sameItems(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => Object.is(item, right[index]));
}

/** Wraps a function so that it runs only when one of its inputs is another value than last time; else the last result stands. */
export function memo<Inputs extends readonly unknown[], Result>(
  compute: (...inputs: Inputs) => Result,
): (...inputs: Inputs) => Result {
  let last: { inputs: Inputs; result: Result } | undefined;
  return (...inputs) => {
    if (!last || !sameItems(last.inputs, inputs)) last = { inputs, result: compute(...inputs) };
    return last.result;
  };
}
