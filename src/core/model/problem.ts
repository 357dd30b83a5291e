export type ProblemSeverity = 'error' | 'warning' | 'information';

/** Something to say about a definition, at a place in its text. */
export interface Problem {
  severity: ProblemSeverity;
  message: string;
  /** UTF-16 units from the start of the text. */
  offset: number;
  length: number;
  /** Dotted path of the setting, e.g. `training.seeds.1`; empty for the whole file. */
  path: string;
  /** True if the JSON language support or the JSON schema reports it too, so the editor need not show it twice. */
  structural: boolean;
}

/** A problem that names its setting and leaves the place in the text to be looked up. */
export type UnplacedProblem = Omit<Problem, 'offset' | 'length' | 'path'> & {
  path: readonly (string | number)[];
  /** True to point at the name of the setting, where the setting itself is the mistake. */
  atKey?: boolean;
};

/** A problem that only we report. */
export function semanticProblem(
  severity: ProblemSeverity,
  path: readonly (string | number)[],
  message: string,
): UnplacedProblem {
  return { severity, path, message, structural: false };
}
