/** Sites in a class that builds its layers in one method and calls them in another: PyTorch modules, Keras subclasses. */
import type { Channels } from '../analysis/channels';
import { channelsOf } from '../analysis/channels';
import type { Application, Value } from '../analysis/flow';
import { ancestorIds, readFlow } from '../analysis/flow';
import type { ResidualAddition, UnclearAddition } from '../analysis/residual';
import { FlowReader, methodScope } from '../analysis/residual';
import { SE_NAME } from '../analysis/layerTable';
import { ClassAttributes } from '../analysis/scope';
import type { ClassNode, FunctionNode, Span } from '../syntax/ast';
import { innermost, spanHolds } from '../syntax/ast';
import { refuse, RefusalSignal } from '../insertTypes';
import { BUILDERS, constructorPlace } from './constructorPlace';
import { assignedVariable, insertionOnBranch, requireClear } from './residualInsertion';
import type { Analysis, Insertion, Site } from './site';
import { alreadyThere, quoteCode, requireChannels, statementAt } from './site';

export class ClassSites {
  private readonly attributes: ClassAttributes;
  private readonly method: FunctionNode;
  private readonly reader: FlowReader;

  private constructor(
    private readonly analysis: Analysis,
    private readonly node: ClassNode,
    method: FunctionNode,
  ) {
    this.attributes = new ClassAttributes(node);
    this.method = method;
    const flow = readFlow(method.body, method, analysis.reader, this.attributes);
    this.reader = new FlowReader(flow, analysis.reader, methodScope(this.attributes, method));
  }

  /** The innermost class around the cursor that has a forward pass, or null. */
  static at(analysis: Analysis): ClassSites | null {
    const { file, offset, framework } = analysis;
    const forwardName = framework === 'pytorch' ? 'forward' : 'call';
    const classes = file.module.classes
      .filter((node) => node.methods.some((method) => method.name === forwardName))
      .map((node) => ({ node, ...file.lines(node) }));
    const node = innermost(classes, offset)?.node;
    if (!node) return null;
    if (SE_NAME.test(node.name))
      refuse(
        'already-there',
        `\`${node.name}\` is an SE block itself. Put the cursor where it should be used.`,
      );
    const here = innermost(
      node.methods.map((method) => ({ method, ...file.lines(method) })),
      offset,
    )?.method;
    const forward = node.methods.filter((method) => method.name === forwardName).at(-1);
    const method = here && !BUILDERS.has(here.name) ? here : forward;
    return method && method.parameters.length > 0 ? new ClassSites(analysis, node, method) : null;
  }

  /** The paper's place where the class has a residual addition, else behind the layer at the cursor. */
  locate(): Site {
    const residual = this.residual();
    if (!residual) return this.siteAfterLayer();
    const { file, offset } = this.analysis;
    try {
      return this.siteBefore(residual);
    } catch (thrown) {
      const onAddition = spanHolds(file.lines(residual.addition.statement), offset);
      if (!(thrown instanceof RefusalSignal) || thrown.refusal.code === 'already-there' || onAddition)
        throw thrown;
      // That addition cannot have a block, but the cursor may be on a layer that can.
      try {
        return this.siteAfterLayer();
      } catch (second) {
        throw second instanceof RefusalSignal && second.refusal.code === 'already-there' ? second : thrown;
      }
    }
  }

  /** The residual addition meant by the cursor; null where the class has none. */
  private residual(): ResidualAddition | null {
    const { file, offset } = this.analysis;
    if (spanHolds(file.lines(this.method), offset)) {
      const found = this.nextResidual(file.lineStart(offset));
      return found && requireClear(found, this.analysis);
    }
    const [first, second] = take(this.reader.residuals(), 2);
    if (!first) return null;
    if (!second) return requireClear(first, this.analysis);
    const attribute = this.builtAtCursor();
    const part = attribute === null ? null : this.sideOf(attribute);
    if (part) return part.residual;
    return refuse(
      'ambiguous-site',
      `${this.name()} has several residual additions. Put the cursor on the one that should get the SE block.`,
    );
  }

  /** The first residual addition that ends at or after an offset, else the last one. */
  private nextResidual(from: number): ResidualAddition | UnclearAddition | null {
    const { additions } = this.reader.flow;
    const split = additions.findIndex(
      (addition) => this.analysis.file.lineEnd(addition.statement.to) >= from,
    );
    const after = split < 0 ? [] : additions.slice(split);
    const before = split < 0 ? additions : additions.slice(0, split);
    for (const addition of [...after, ...[...before].reverse()]) {
      const found = this.reader.residual(addition);
      if (found) return found;
    }
    return null;
  }

  /** The `self.name` that the constructor assigns at the cursor. */
  private builtAtCursor(): string | null {
    const { file, offset } = this.analysis;
    const builder = this.node.methods.find(
      (method) => BUILDERS.has(method.name) && spanHolds(file.lines(method), offset),
    );
    const statement = builder && statementAt(builder.body, file, offset);
    const target = statement?.kind === 'assign' ? statement.targets[0] : undefined;
    return target?.kind === 'member' ? target.property : null;
  }

  /** The residual addition that a layer attribute is called for, and on which side; null where it is on neither. */
  sideOf(attribute: string): { side: 'branch' | 'shortcut'; residual: ResidualAddition } | null {
    const calls = this.reader.flow.applications
      .filter(({ value }) => value.layer?.kind === 'member' && value.layer.property === attribute)
      .map(({ value }) => value.id);
    for (const residual of this.reader.residuals()) {
      if ('unclear' in residual) continue;
      const branch = ancestorIds(residual.branch.value);
      const shortcut = ancestorIds(residual.shortcut.value);
      if (calls.some((id) => branch.has(id) && !shortcut.has(id))) return { side: 'branch', residual };
      if (calls.some((id) => shortcut.has(id) && !branch.has(id))) return { side: 'shortcut', residual };
    }
    return null;
  }

  /** The paper's place: at the end of the branch, before the addition. */
  siteBefore(residual: ResidualAddition, warnings: readonly string[] = []): Site {
    const { file, reader } = this.analysis;
    const { addition, branch } = residual;
    const where = `before ${quoteCode(addition.statement, file)} in ${this.name()}`;
    if (residual.occupied) return alreadyThere(`on the residual branch ${where}`);
    const channels = requireChannels(channelsOf(branch.value, this.reader, reader), this.analysis);
    return {
      place: 'residual-end',
      where,
      statement: addition.statement,
      channels,
      insertion: insertionOnBranch(residual, this.method.body, this.method, this.analysis),
      construction: this.placeOf(channels, branch.value),
      warnings,
    };
  }

  /** After the layer at the cursor, named in the constructor or called in the forward pass. */
  siteAfterLayer(): Site {
    const { file, reader } = this.analysis;
    const application = this.applicationAtCursor();
    const { statement, value, expr } = application;
    const where = `after ${quoteCode(expr, file)} in ${this.name()}`;
    const channels = requireChannels(channelsOf(value, this.reader, reader), this.analysis);
    if (this.reader.seFollows(value) || this.reader.isSe(value)) return alreadyThere(where);
    return {
      place: 'after-layer',
      where,
      statement,
      channels,
      insertion: this.insertionAfter(application),
      construction: this.placeOf(channels, value),
      warnings: [],
    };
  }

  private name(): string {
    return `${this.node.name}.${this.method.name}`;
  }

  private applicationAtCursor(): Application {
    const { file, offset, reader } = this.analysis;
    const { applications } = this.reader.flow;
    if (spanHolds(file.lines(this.method), offset)) {
      const statement = statementAt(this.method.body, file, offset);
      const here = applications.filter((application) => application.statement === statement);
      const within = here
        .filter((application) => spanHolds(application.expr, offset))
        .sort((a, b) => length(a.expr) - length(b.expr));
      const counted = (application: Application): boolean =>
        application.value.layer !== null &&
        reader.describe(application.value.layer, this.reader.scope).channels !== null;
      const chosen = within.find(counted) ?? here.filter(counted).at(-1) ?? here.at(-1);
      return chosen ?? this.noSite();
    }
    const attribute = this.builtAtCursor();
    if (attribute === null) return this.noSite();
    const calls = applications.filter(
      ({ value }) => value.layer?.kind === 'member' && value.layer.property === attribute,
    );
    const [only] = calls;
    if (!only) return this.noSite(`${this.name()} does not call \`${attribute}\`. `);
    if (calls.length > 1) {
      return refuse(
        'ambiguous-site',
        `${this.name()} calls \`${attribute}\` ${calls.length} times. Put the cursor on the call you mean.`,
      );
    }
    return only;
  }

  private noSite(why = ''): never {
    return refuse(
      'no-site',
      `${why}Put the cursor on a convolution or normalisation that ${this.name()} calls, or on a residual addition.`,
    );
  }

  private placeOf(channels: Channels, end: Value): Site['construction'] {
    return constructorPlace(this.analysis, this.attributes, this.method, channels, end);
  }

  private insertionAfter({ statement, value, expr }: Application): Insertion {
    const variable = statement.kind === 'assign' ? assignedVariable(statement) : null;
    const end = this.reader.flow.assigned.get(statement);
    if (variable !== null && end && this.keepsFrom(end, value) && this.analysis.file.standsAlone(statement)) {
      return { form: 'line', where: 'after', statement, variable, castText: '' };
    }
    return { form: 'wrap', span: expr, castText: '' };
  }

  /** Whether only norms, activations and pools lie between `start` and `end`. */
  private keepsFrom(end: Value, start: Value): boolean {
    let value: Value | null = end;
    while (value && value !== start) value = this.reader.keptInput(value);
    return value === start;
  }
}

function take<T>(values: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const value of values) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}

function length(span: Span): number {
  return span.to - span.from;
}
