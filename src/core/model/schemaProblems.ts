import type * as v from 'valibot';
import type { UnplacedProblem } from './problem';

type Path = readonly (string | number)[];

/** The schema's issues in words a user of the file knows. All are structural: the JSON schema made from it says them too. */
export function schemaProblems(issues: readonly v.BaseIssue<unknown>[]): UnplacedProblem[] {
  return issues.flatMap((issue) => translate(issue, []));
}

function translate(issue: v.BaseIssue<unknown>, outer: Path): UnplacedProblem[] {
  const path = [...outer, ...pathOf(issue)];
  if (issue.type === 'union') {
    // The only union is "none" or an object: what is wrong inside the object says more than "neither fits".
    const inner = (issue.issues ?? []).filter((candidate) => pathOf(candidate).length > 0);
    if (inner.length > 0) return inner.flatMap((candidate) => translate(candidate, path));
  }
  return [
    {
      severity: 'error',
      message: messageOf(issue, path),
      path,
      // Blanks around a name are cut before its length is checked, which a JSON schema cannot say.
      structural: !(issue.type === 'min_length' && path[0] === 'name' && isBlank(issue)),
      atKey: isKeyIssue(issue),
    },
  ];
}

function messageOf(issue: v.BaseIssue<unknown>, path: Path): string {
  const name = String(path.at(-1) ?? '');
  if (isKeyIssue(issue)) {
    return issue.expected === 'never' ? `Unknown setting "${name}".` : `The setting "${name}" is missing.`;
  }
  const setting = path.length > 0 ? `"${path.join('.')}"` : 'A definition';
  return `${setting} must be ${expectation(issue)}.`;
}

function expectation(issue: v.BaseIssue<unknown>): string {
  const bound = String(issue.requirement);
  switch (issue.type) {
    case 'min_value':
      return `${bound} or more`;
    case 'max_value':
      return `${bound} or less`;
    case 'min_length':
      return issue.path?.[0]?.key === 'name' ? 'a text that is not blank' : `a list of ${bound} or more`;
    case 'max_length':
      return issue.path?.[0]?.key === 'name'
        ? `at most ${bound} characters long`
        : `a list of at most ${bound}`;
    case 'integer':
      return 'a whole number';
    case 'finite':
    case 'number':
      return 'a number';
    case 'string':
      return 'a text in quotes';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list in square brackets';
    case 'strict_object':
      return 'an object in curly braces';
    case 'variant':
      // One of them may be left out, which the schema says as "or undefined".
      return (issue.expected ?? '').replace(/[()]| \| undefined/g, '').replaceAll(' | ', ' or ');
    case 'union':
      return '"none" or an object of SE settings';
    default:
      return (issue.expected ?? 'another value').replace(/^\(|\)$/g, '').replaceAll(' | ', ' or ');
  }
}

function isKeyIssue(issue: v.BaseIssue<unknown>): boolean {
  return issue.path?.at(-1)?.origin === 'key';
}

function isBlank(issue: v.BaseIssue<unknown>): boolean {
  const raw = (issue.path?.[0]?.input as { name?: unknown } | undefined)?.name;
  return typeof raw === 'string' && raw.length > 0;
}

function pathOf(issue: v.BaseIssue<unknown>): Path {
  return (issue.path ?? []).map((item) => item.key as string | number);
}
