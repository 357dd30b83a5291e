/** Text of a `*.senet.json` file -> ModelSpec and everything there is to say about it. */
import * as v from 'valibot';
import { findSetting, placeProblem, readDefinitionTree, valueOf } from './definitionTree';
import { modelSpecSchema, type ModelSpec } from './modelSpec';
import type { Problem } from './problem';
import { schemaProblems } from './schemaProblems';
import { semanticProblems } from './semanticProblems';

/** Problems beyond these are dropped: a file that has more is not a definition. Errors are kept before warnings. */
const MAX_PROBLEMS = 100;

export interface ParsedDefinition {
  /** With every default filled in; present exactly if no problem is an error. */
  spec?: ModelSpec;
  /** In text order. */
  problems: readonly Problem[];
}

/** Reads a definition. Never throws; bad input comes back as problems. */
export function parseDefinition(text: string): ParsedDefinition {
  const { root, problems } = readDefinitionTree(text);
  if (!root) return { problems };
  const parsed = v.safeParse(modelSpecSchema, valueOf(root));
  if (parsed.success) {
    const isGiven = (path: readonly string[]) => findSetting(root, path) !== undefined;
    const semantic = semanticProblems(parsed.output, isGiven);
    problems.push(...semantic.map((found) => placeProblem(root, found)));
  } else {
    const schema = schemaProblems(parsed.issues);
    problems.push(...schema.map((found) => placeProblem(root, found)));
  }
  const hasError = problems.some((found) => found.severity === 'error');
  const shown = inTextOrder(problems);
  return parsed.success && !hasError ? { spec: parsed.output, problems: shown } : { problems: shown };
}

function inTextOrder(problems: readonly Problem[]): Problem[] {
  const errorsFirst = [...problems].sort((one, other) => rank(one) - rank(other)).slice(0, MAX_PROBLEMS);
  return errorsFirst.sort((one, other) => one.offset - other.offset);
}

function rank({ severity }: Problem): number {
  return severity === 'error' ? 0 : 1;
}
