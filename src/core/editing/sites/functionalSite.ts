/** Sites in code that applies layers as it makes them: Keras and tfjs functional models. */
import { channelsOf } from '../analysis/channels';
import type { Value } from '../analysis/flow';
import { readFlow } from '../analysis/flow';
import type { ResidualAddition, UnclearAddition } from '../analysis/residual';
import { FlowReader, methodScope } from '../analysis/residual';
import { refuse } from '../insertTypes';
import type { SeVariant } from '../insertTypes';
import type { FunctionNode, Span, Statement } from '../syntax/ast';
import { assignedVariable, castFor, castIn, requireClear } from './residualInsertion';
import { depthwiseOf, residualSite } from './residualUnit';
import type { ResidualUnit } from './residualUnit';
import type { TensorCode } from './tensorCode';
import { convolutionEnds } from './tensorCode';
import type { Analysis, Insertion, OpenSource, Site } from './site';
import { alreadyThere, quoteCode, requireChannels, scopeAt, statementAt } from './site';

/** One function, or the top level of a script. */
export class FunctionalSites implements TensorCode {
  private readonly flow: FlowReader;

  constructor(
    private readonly source: OpenSource,
    private readonly body: readonly Statement[],
    private readonly scope: FunctionNode | null,
  ) {
    const { reader } = source;
    this.flow = new FlowReader(readFlow(body, scope, reader, null), reader, methodScope(null, scope));
  }

  static at(analysis: Analysis): FunctionalSites {
    const { body, scope } = scopeAt(analysis);
    return new FunctionalSites(analysis, body, scope);
  }

  /** The site of the statement at the cursor, or of the one residual addition of the function around it; null if neither. */
  locate({ file, offset, variant }: Analysis): Site | null {
    const statement = statementAt(this.body, file, offset);
    for (const addition of this.flow.flow.additions) {
      const found = addition.statement === statement ? this.flow.residual(addition) : null;
      if (found) return this.siteOf(requireClear(found, this.source), variant);
    }
    const residuals = this.residuals();
    const [only] = residuals;
    if (variant !== undefined && only) {
      const next = residuals.find(({ addition }) => addition.statement.to >= offset) ?? only;
      return this.siteOf(requireClear(next, this.source), variant);
    }
    const site = statement && this.siteAfter(statement, variant);
    if (site) return site;
    return this.scope && only && residuals.length === 1
      ? this.siteOf(requireClear(only, this.source), variant)
      : null;
  }

  residuals(): (ResidualAddition | UnclearAddition)[] {
    return [...this.flow.residuals()];
  }

  convolutionEnds(): Statement[] {
    return convolutionEnds(this.flow, this.body);
  }

  makesOnBranch(): boolean {
    return false;
  }

  siteAfterStatement(statement: Statement): Site | null {
    return this.siteAfter(statement);
  }

  /** The place of a variant. Without one: behind the depthwise convolution of an inverted residual, else the end of the branch. */
  siteOf(residual: ResidualAddition, variant: SeVariant | undefined): Site {
    const unit: ResidualUnit = {
      source: this.source,
      residual,
      flow: this.flow,
      body: this.body,
      scope: this.scope,
      owner: this.owner,
      construct: () => null,
    };
    const inner = variant === undefined && !residual.occupied && depthwiseOf(unit) !== null;
    return residualSite(unit, variant ?? (inner ? '3x3' : 'standard'));
  }

  private siteAfter(target: Statement, variant?: SeVariant): Site | null {
    const last = this.flow.flow.applications.filter((application) => application.statement === target).at(-1);
    if (!last) return null;
    if (variant !== undefined && variant !== 'standard')
      refuse('no-site', 'There is no residual addition here, so there is only the place behind a layer.');
    const value: Value = this.flow.flow.assigned.get(target) ?? last.value;
    const where = `after ${quoteCode(target, this.source.file)}${this.owner}`;
    const channels = requireChannels(channelsOf(value, this.flow, this.source.reader), this.source);
    if (this.flow.seFollows(value) || this.flow.isSe(value)) return alreadyThere(where);
    const insertion = this.insertionAfter(target, last.expr);
    return {
      place: 'after-layer',
      variant: null,
      where,
      statement: target,
      channels,
      insertion,
      construction: null,
      warnings: [],
    };
  }

  private get owner(): string {
    return this.scope && this.scope.name !== '' ? ` in ${this.scope.name}` : '';
  }

  private insertionAfter(target: Statement, expr: Span): Insertion {
    const { file } = this.source;
    const variable =
      target.kind === 'assign' && target.declares !== 'const' ? assignedVariable(target) : null;
    if (variable !== null && file.standsAlone(target)) {
      const castText = castFor(variable, this.body, this.scope, target.from, this.source);
      return { form: 'line', where: 'after', statement: target, variable, castText };
    }
    const value = target.kind === 'assign' || target.kind === 'return' ? target.value : null;
    const isWhole = value?.from === expr.from && value.to === expr.to;
    return { form: 'wrap', spans: [expr], castText: value && isWhole ? castIn(file, value) : '' };
  }
}
