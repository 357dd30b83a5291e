/** Code that handles tensors, in a class or in functions, as the whole-file search sees it. */
import type { FlowReader, ResidualAddition, UnclearAddition } from '../analysis/residual';
import type { SeVariant } from '../insertTypes';
import type { Statement } from '../syntax/ast';
import { statementWith } from '../syntax/ast';
import type { Site } from './site';

export interface TensorCode {
  residuals(): (ResidualAddition | UnclearAddition)[];
  siteOf(residual: ResidualAddition, variant: SeVariant | undefined): Site;
  /** For each convolution the statement that ends its norm and activation. */
  convolutionEnds(): Statement[];
  siteAfterStatement(statement: Statement): Site | null;
  /** Whether one of those classes is made for the residual branch. */
  makesOnBranch(residual: ResidualAddition | UnclearAddition, classes: ReadonlySet<string>): boolean;
}

/** For each convolution that the code applies, the statement that ends its norm and activation; each once. */
export function convolutionEnds(flow: FlowReader, body: readonly Statement[]): Statement[] {
  const ends = new Set<Statement>();
  for (const { value } of flow.flow.applications) {
    // Several convolutions are a whole network's features, or another block's: not a place behind a convolution.
    if (!value.layer || flow.describe(value.layer).convs !== 1) continue;
    const { expr } = flow.throughActivations(value);
    const statement = expr && statementWith(body, expr);
    if (statement) ends.add(statement);
  }
  return [...ends];
}
