/** Sites in a class that builds its layers in one method and calls them in another: PyTorch modules, Keras subclasses. */
import type { Channels } from '../analysis/channels';
import { channelsOf } from '../analysis/channels';
import type { Application, Value } from '../analysis/flow';
import { ancestorIds, readFlow } from '../analysis/flow';
import type { ResidualAddition, UnclearAddition } from '../analysis/residual';
import { FlowReader, methodScope } from '../analysis/residual';
import { FORWARD_NAME, SE_NAME } from '../analysis/layerTable';
import { listedLayers } from '../analysis/layerLists';
import type { AttributeDefinition } from '../analysis/scope';
import { ClassAttributes, isCompact } from '../analysis/scope';
import type { ClassNode, FunctionNode, Span, Statement } from '../syntax/ast';
import { eachExpression, innermost, spanHolds } from '../syntax/ast';
import { refuse, RefusalSignal } from '../insertTypes';
import type { SeVariant } from '../insertTypes';
import { BUILDERS, constructorPlace } from './constructorPlace';
import { innerSequenceSite } from './innerSequence';
import { assignedVariable, requireClear } from './residualInsertion';
import type { ResidualUnit } from './residualUnit';
import { depthwiseOf, residualSite } from './residualUnit';
import { endOfList, lastConvolution, sharedBranch } from './sharedBranch';
import type { Analysis, Insertion, OpenSource, Site } from './site';
import type { TensorCode } from './tensorCode';
import { convolutionEnds } from './tensorCode';
import { alreadyThere, quoteCode, requireChannels, statementAt } from './site';

/** The forward pass of a class, or another of its methods that works on tensors. */
export class ClassSites implements TensorCode {
  private readonly attributes: ClassAttributes;
  private readonly reader: FlowReader;

  constructor(
    private readonly source: OpenSource,
    readonly node: ClassNode,
    readonly method: FunctionNode,
  ) {
    this.attributes = ClassAttributes.of(node);
    const flow = readFlow(method.body, method, source.reader, this.attributes);
    this.reader = new FlowReader(flow, source.reader, methodScope(this.attributes, method));
  }

  /** The innermost class around the cursor that has a forward pass, or null. */
  static at(analysis: Analysis): ClassSites | null {
    const { file, offset } = analysis;
    const classes = file.module.classes
      .filter((node) => forwardOf(node, analysis) !== null)
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
    const method = here && !BUILDERS.has(here.name) ? here : forwardOf(node, analysis);
    return method && method.parameters.length > 0 ? new ClassSites(analysis, node, method) : null;
  }

  /** The paper's place where the class has a residual addition, else behind the layer at the cursor. */
  locate(cursor: Analysis): Site {
    const residual = this.residual(cursor);
    if (!residual) {
      if (cursor.variant !== undefined && cursor.variant !== 'standard')
        refuse(
          'no-site',
          `${this.name()} has no residual addition, so there is only the place behind a layer.`,
        );
      return this.siteAfterLayer(cursor);
    }
    const { file, offset } = cursor;
    try {
      return this.siteOf(residual, cursor.variant);
    } catch (thrown) {
      const onAddition = spanHolds(file.lines(residual.addition.statement), offset);
      const asked = cursor.variant !== undefined;
      if (
        !(thrown instanceof RefusalSignal) ||
        thrown.refusal.code === 'already-there' ||
        onAddition ||
        asked
      )
        throw thrown;
      // That addition cannot have a block, but the cursor may be on a layer that can.
      try {
        return this.siteAfterLayer(cursor);
      } catch (second) {
        throw second instanceof RefusalSignal && second.refusal.code === 'already-there' ? second : thrown;
      }
    }
  }

  /** Every residual addition of the method, clear or not, in source order. */
  residuals(): (ResidualAddition | UnclearAddition)[] {
    return [...this.reader.residuals()];
  }

  convolutionEnds(): Statement[] {
    return convolutionEnds(this.reader, this.method.body);
  }

  makesOnBranch(
    { addition, ...found }: ResidualAddition | UnclearAddition,
    classes: ReadonlySet<string>,
  ): boolean {
    if (classes.size === 0) return false;
    const shared = 'shortcut' in found ? ancestorIds(found.shortcut.value) : new Set<number>();
    const branch = 'branch' in found ? ancestorIds(found.branch.value) : ancestorIds(addition.value);
    const layers = this.reader.flow.applications.flatMap(({ value }) =>
      branch.has(value.id) && !shared.has(value.id) && value.layer?.kind === 'member'
        ? [value.layer.property]
        : [],
    );
    return layers.some((name) =>
      this.attributes.definitionsOf(name).some((definition) => mentions(definition, classes)),
    );
  }

  siteAfterStatement(statement: Statement): Site {
    return this.siteAfter(this.applicationIn(statement, statement.from) ?? this.noSite());
  }

  /** The residual addition meant by the cursor; null where the class has none. */
  private residual(cursor: Analysis): ResidualAddition | null {
    const { file, offset } = cursor;
    if (spanHolds(file.lines(this.method), offset)) {
      const found = this.nextResidual(file.lineStart(offset));
      return found && requireClear(found, cursor);
    }
    const [first, second] = take(this.reader.residuals(), 2);
    if (!first) return null;
    if (!second) return requireClear(first, cursor);
    const attribute = this.builtAtCursor(cursor);
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
    const split = additions.findIndex((addition) => this.source.file.lineEnd(addition.statement.to) >= from);
    const after = split < 0 ? [] : additions.slice(split);
    const before = split < 0 ? additions : additions.slice(0, split);
    for (const addition of [...after, ...[...before].reverse()]) {
      const found = this.reader.residual(addition);
      if (found) return found;
    }
    return null;
  }

  /** The `self.name` that the constructor assigns at the cursor. */
  private builtAtCursor({ file, offset }: Analysis): string | null {
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

  /**
   * The place of a variant. Without one: behind the depthwise convolution of an inverted residual (MobileNetV3), else the end of the
   * branch, the paper's standard.
   */
  siteOf(residual: ResidualAddition, variant: SeVariant | undefined, warnings: readonly string[] = []): Site {
    const unit = this.unitOf(residual);
    if (variant === 'pre' || variant === 'post' || variant === 'identity')
      return residualSite(unit, variant, warnings);
    const inList = variant === 'standard' ? null : this.insideSequence(residual, variant === '3x3');
    if (inList) return inList;
    const depthwise = variant === undefined && !residual.occupied && depthwiseOf(unit) !== null;
    if (variant === '3x3' || depthwise) return residualSite(unit, '3x3', warnings);
    const shared = sharedBranch(this.source, this.attributes, this.reader, residual);
    if (shared?.kind === 'list') return { ...shared.site, warnings };
    const site = residualSite(unit, 'standard', warnings);
    return shared ? { ...site, insertion: { form: 'wrap', spans: shared.spans, castText: '' } } : site;
  }

  private unitOf(residual: ResidualAddition): ResidualUnit {
    return {
      source: this.source,
      residual,
      flow: this.reader,
      body: this.method.body,
      scope: this.method,
      owner: ` in ${this.name()}`,
      construct: (channels, end) => this.placeOf(channels, end),
    };
  }

  /** The inner place of a branch that is one list of layers, e.g. MobileNetV2's `self.conv`. */
  private insideSequence({ branch }: ResidualAddition, any3x3: boolean): Site | null {
    const layer = branch.value.kind === 'apply' ? branch.value.layer : null;
    if (layer?.kind !== 'member') return null;
    return innerSequenceSite(this.source, this.attributes, layer.property, any3x3);
  }

  /** After the layer at the cursor, named in the constructor or called in the forward pass. */
  private siteAfterLayer(cursor: Analysis): Site {
    return this.siteAfter(this.applicationAtCursor(cursor));
  }

  siteAfter(application: Application): Site {
    const { file, reader } = this.source;
    const { statement, value, expr } = application;
    const where = `after ${quoteCode(expr, file)} in ${this.name()}`;
    const channels = requireChannels(channelsOf(value, this.reader, reader), this.source);
    if (this.reader.seFollows(value) || this.reader.isSe(value)) return alreadyThere(where);
    const insertion = this.insertionAfter(application);
    // Around one of several calls of a list of layers the block would be idle at the others.
    const list =
      insertion.form === 'wrap' ? endOfList(this.source, this.attributes, this.reader, value) : null;
    if (list) return { ...list, variant: null };
    return {
      place: 'after-layer',
      variant: null,
      where,
      statement,
      channels,
      insertion,
      construction: this.placeOf(channels, value),
      warnings: [],
    };
  }

  name(): string {
    return `${this.node.name}.${this.method.name}`;
  }

  private applicationAtCursor(cursor: Analysis): Application {
    const { file, offset } = cursor;
    const { applications } = this.reader.flow;
    if (spanHolds(file.lines(this.method), offset)) {
      const statement = statementAt(this.method.body, file, offset);
      return this.applicationIn(statement, offset) ?? this.newFeaturesIn(statement) ?? this.noSite();
    }
    const attribute = this.builtAtCursor(cursor);
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

  /** The innermost application at the offset that says its channels, else the last of the statement that does, else the last. */
  private applicationIn(statement: Statement | null, offset: number): Application | undefined {
    const here = this.reader.flow.applications.filter((application) => application.statement === statement);
    const within = here
      .filter((application) => spanHolds(application.expr, offset))
      .sort((a, b) => length(a.expr) - length(b.expr));
    const counted = (application: Application): boolean =>
      application.value.layer !== null && this.reader.describe(application.value.layer).channels !== null;
    // Paths side by side, as in an Inception module: which one is meant only the cursor can say.
    if (within.length === 0 && this.joinedIn(statement).length > 1) return undefined;
    return within.find(counted) ?? here.filter(counted).at(-1) ?? here.at(-1);
  }

  /** DenseNet's `torch.cat([x, new], 1)`: what a convolution made of the features is what a block can gate. */
  private newFeaturesIn(statement: Statement | null): Application | undefined {
    const made = this.joinedIn(statement);
    return made.length === 1 ? made[0] : undefined;
  }

  /** The convolutions' results that a statement concatenates. */
  private joinedIn(statement: Statement | null): Application[] {
    const { values, applications } = this.reader.flow;
    const joined = values.find(
      ({ kind, name, expr }) =>
        kind === 'op' &&
        /^(cat|concat|concatenate)$/.test(name) &&
        expr &&
        statement &&
        statement.from <= expr.from &&
        expr.to <= statement.to,
    );
    const parts = (joined?.inputs ?? []).flatMap((input) => (input.name === 'list' ? input.inputs : [input]));
    const made = parts.map((part) => lastConvolution(part, this.reader));
    return applications.filter(({ value }) => made.includes(value));
  }

  private noSite(why = ''): never {
    return refuse(
      'no-site',
      `${why}Put the cursor on a convolution or normalisation that ${this.name()} calls, or on a residual addition.`,
    );
  }

  private placeOf(channels: Channels, end: Value): Site['construction'] {
    // A compact linen module makes its layers where it calls them.
    if (this.source.framework === 'flax-linen' && isCompact(this.method)) return null;
    return constructorPlace(this.source, this.attributes, this.method, channels, end);
  }

  private insertionAfter({ statement, value, expr }: Application): Insertion {
    const variable = statement.kind === 'assign' ? assignedVariable(statement) : null;
    const end = this.reader.flow.assigned.get(statement);
    if (variable !== null && end && this.keepsFrom(end, value) && this.source.file.standsAlone(statement)) {
      return { form: 'line', where: 'after', statement, variable, castText: '' };
    }
    return { form: 'wrap', spans: [expr], castText: '' };
  }

  /** Whether only norms, activations and pools lie between `start` and `end`. */
  private keepsFrom(end: Value, start: Value): boolean {
    let value: Value | null = end;
    while (value && value !== start) value = this.reader.keptInput(value);
    return value === start;
  }
}

/** Whether an attribute is made of one of the classes, by itself or in a list that the method fills. */
function mentions({ value, method }: AttributeDefinition, classes: ReadonlySet<string>): boolean {
  const listed = value.kind === 'call' ? listedLayers(value, method.body).map(({ layer }) => layer) : [];
  return [value, ...listed].some((root) =>
    [...eachExpression(root)].some((expr) => expr.kind === 'name' && classes.has(expr.name)),
  );
}

/** The method that a framework calls with the tensors; the last one of that name counts. */
export function forwardOf(node: ClassNode, { framework }: OpenSource): FunctionNode | null {
  return node.methods.filter((method) => method.name === FORWARD_NAME[framework]).at(-1) ?? null;
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
