/** Where lines of code and heights of the view meet. Lines count from 0, heights are CSS pixels from the top of what scrolls. */
export interface ScrollMap {
  /** The height that goes with a line at the top of the editor. */
  heightOf(line: number): number;
  /** The line that goes with a height, to the fraction. */
  lineOf(height: number): number;
}

export interface MappedGroup {
  line: number;
  /** Top of the group of that line. */
  top: number;
}

/**
 * Joins both scales at the groups, and linearly between them, so that neither side jumps where the other moves evenly. What lies above the
 * first group belongs to the top. `groups` ascend.
 */
export function scrollMap(
  groups: readonly MappedGroup[],
  end: { lineCount: number; height: number },
): ScrollMap {
  // The first group goes with the very top, whatever stands above it.
  const joints = groups.map(({ line, top }, index) => ({ line, top: index === 0 ? 0 : top }));
  joints.push({ line: end.lineCount, top: end.height });
  return {
    heightOf: (line) => along(joints, 'line', 'top', line),
    lineOf: (height) => along(joints, 'top', 'line', height),
  };
}

type Axis = keyof MappedGroup;

/** Linear between joints; the ends hold outside. */
function along(joints: readonly MappedGroup[], from: Axis, to: Axis, at: number): number {
  const next = joints.findIndex((joint) => joint[from] > at);
  // Before the first joint, or after the last.
  if (next <= 0) return joints.at(next)?.[to] ?? 0;
  const low = joints[next - 1]!;
  const high = joints[next]!;
  return low[to] + ((at - low[from]) / (high[from] - low[from])) * (high[to] - low[to]);
}
