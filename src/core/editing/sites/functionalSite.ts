/** Sites in code that applies layers as it makes them: Keras and tfjs functional models. */
import { channelsOf } from '../analysis/channels';
import type { Value } from '../analysis/flow';
import { readFlow } from '../analysis/flow';
import type { ResidualAddition } from '../analysis/residual';
import { FlowReader, methodScope } from '../analysis/residual';
import type { FunctionNode, Statement } from '../syntax/ast';
import { assignedVariable, castFor, insertionOnBranch, requireClear } from './residualInsertion';
import type { Analysis, Insertion, Site } from './site';
import { alreadyThere, quoteCode, requireChannels, scopeAt, statementAt } from './site';

function whereIn(scope: FunctionNode | null): string {
  return scope && scope.name !== '' ? ` in ${scope.name}` : '';
}

/** The site of the statement at the cursor, or of the one residual addition of the function around it; null if neither. */
export function functionalSite(analysis: Analysis): Site | null {
  const { file, offset, reader } = analysis;
  const { body, scope } = scopeAt(analysis);
  const flow = new FlowReader(readFlow(body, scope, reader, null), reader, methodScope(null, scope));
  const statement = statementAt(body, file, offset);
  for (const addition of flow.flow.additions) {
    const found = addition.statement === statement ? flow.residual(addition) : null;
    if (found) return siteBefore(requireClear(found, analysis));
  }
  if (statement) {
    const site = siteAfter(statement);
    if (site) return site;
  }
  const found = scope ? flow.residuals() : null;
  const only = found?.next().value;
  const another = found?.next().value;
  return only && !another ? siteBefore(requireClear(only, analysis)) : null;

  function siteBefore(residual: ResidualAddition): Site {
    const where = `before ${quoteCode(residual.addition.statement, file)}${whereIn(scope)}`;
    if (residual.occupied) return alreadyThere(`on the residual branch ${where}`);
    return {
      place: 'residual-end',
      where,
      statement: residual.addition.statement,
      channels: requireChannels(channelsOf(residual.branch.value, flow, reader), analysis),
      insertion: insertionOnBranch(residual, body, scope, analysis),
      construction: null,
      warnings: [],
    };
  }

  function siteAfter(target: Statement): Site | null {
    const applied = flow.flow.applications.filter((application) => application.statement === target);
    const last = applied.at(-1);
    if (!last) return null;
    const value: Value = flow.flow.assigned.get(target) ?? last.value;
    const where = `after ${quoteCode(target, file)}${whereIn(scope)}`;
    const channels = requireChannels(channelsOf(value, flow, reader), analysis);
    if (flow.seFollows(value) || flow.isSe(value)) return alreadyThere(where);
    const insertion = insertionAfter(target, last.expr);
    return {
      place: 'after-layer',
      where,
      statement: target,
      channels,
      insertion,
      construction: null,
      warnings: [],
    };
  }

  function insertionAfter(target: Statement, expr: { from: number; to: number }): Insertion {
    const variable =
      target.kind === 'assign' && target.declares !== 'const' ? assignedVariable(target) : null;
    if (variable !== null && file.standsAlone(target)) {
      const castText = castFor(variable, body, scope, target.from, analysis);
      return { form: 'line', where: 'after', statement: target, variable, castText };
    }
    return { form: 'wrap', span: expr, castText: '' };
  }
}
