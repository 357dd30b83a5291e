/**
 * The places of a residual unit (paper, figure 5 and section 6.5): u = F(x) on the branch, S(x) on the shortcut.
 * standard: SE(F(x)) + S(x). pre: F(SE(x)) + S(x). post: SE(act(F(x) + S(x))). identity: F(x) + SE(S(x)).
 * 3x3: inside F, behind the bottleneck's 3x3 convolution or an inverted residual's depthwise one, with norm and activation.
 */
import type { Channels } from '../analysis/channels';
import { channelsOf } from '../analysis/channels';
import type { ConvolutionFacts } from '../analysis/convolutions';
import type { Value } from '../analysis/flow';
import { ancestorIds } from '../analysis/flow';
import { takesChannels } from '../analysis/layerTable';
import type { FlowReader, ResidualAddition } from '../analysis/residual';
import type { SeVariant } from '../insertTypes';
import { refuse } from '../insertTypes';
import type { Expr, FunctionNode, Item, Statement } from '../syntax/ast';
import { statementWith, withoutCast } from '../syntax/ast';
import { assignedVariable, castFor, insertionOnOperand } from './residualInsertion';
import { hoistedInsertion } from './sharedBranch';
import type { Insertion, OpenSource, Site } from './site';
import { alreadyThere, quoteCode, requireChannels } from './site';

/** A residual addition and what is around it. */
export interface ResidualUnit {
  readonly source: OpenSource;
  readonly residual: ResidualAddition;
  readonly flow: FlowReader;
  readonly body: readonly Statement[];
  readonly scope: FunctionNode | null;
  /** For a sentence, e.g. ` in BasicBlock.forward`; empty at the top level. */
  readonly owner: string;
  /** Where the block is made, for channels read from a layer and the value the block follows. */
  readonly construct: (channels: Channels, end: Value) => Site['construction'];
}

/** The site of one variant, or a refusal that says why the unit has none. */
export function residualSite(unit: ResidualUnit, variant: SeVariant, warnings: readonly string[] = []): Site {
  switch (variant) {
    case 'standard':
      return standardSite(unit, warnings);
    case 'identity':
      return identitySite(unit, warnings);
    case 'pre':
      return preSite(unit, warnings);
    case 'post':
      return postSite(unit, warnings);
    case '3x3':
      return innerSite(unit, warnings);
  }
}

/** The depthwise convolution of an inverted residual, where the forward pass calls it by itself. */
export function depthwiseOf(unit: ResidualUnit): Value | null {
  return convolutionsOf(unit).find(({ facts }) => facts.depthwise)?.value ?? null;
}

function standardSite(unit: ResidualUnit, warnings: readonly string[]): Site {
  const { source, residual, flow, body, scope } = unit;
  const where = before(unit);
  if (residual.occupied) return alreadyThere(`on the residual branch ${where}`);
  const channels = branchChannels(unit);
  return {
    place: 'residual-end',
    variant: 'standard',
    where,
    statement: residual.addition.statement,
    channels,
    insertion:
      hoistedInsertion(source, flow, body, residual) ??
      insertionOnOperand(
        residual.addition,
        residual.branch,
        body,
        scope,
        source,
        flow.readersOf(residual.branch.value) > 1,
      ),
    construction: unit.construct(channels, residual.branch.value),
    warnings,
  };
}

/** The shortcut has the branch's channels, or the addition would not do. */
function identitySite(unit: ResidualUnit, warnings: readonly string[]): Site {
  const { source, residual, body, scope } = unit;
  const { shortcut, addition, branch } = residual;
  const where = `on the shortcut of ${quoteCode(addition.statement, source.file)}${unit.owner}`;
  if (unit.flow.isSe(shortcut.value)) return alreadyThere(where);
  const channels = branchChannels(unit);
  return {
    place: 'shortcut',
    variant: 'identity',
    where,
    statement: addition.statement,
    channels,
    insertion: insertionOnOperand(addition, shortcut, body, scope, source),
    construction: unit.construct(channels, branch.value),
    warnings,
  };
}

function preSite(unit: ResidualUnit, warnings: readonly string[]): Site {
  const { source, residual, flow } = unit;
  const first = firstOnBranch(unit);
  const [input] = first.inputs;
  const argument = first.expr?.kind === 'call' ? inputOf(first.expr, source) : null;
  const where = `before the residual branch of ${quoteCode(residual.addition.statement, source.file)}${unit.owner}`;
  if (!argument || !input) {
    return refuse(
      'unsupported-shape',
      `The branch of ${quoteCode(residual.addition.statement, source.file)} does not begin with a layer that takes its input directly, so PRE cannot be placed. Choose another variant.`,
    );
  }
  if (flow.isSe(input)) return alreadyThere(where);
  const channels = requireChannels(inputChannels(unit, first, input), source);
  return {
    place: 'unit-input',
    variant: 'pre',
    where,
    statement: statementWith(unit.body, argument) ?? residual.addition.statement,
    channels,
    insertion: { form: 'wrap', spans: [argument], castText: symbolicCast(source) },
    construction: unit.construct(channels, first),
    warnings,
  };
}

function postSite(unit: ResidualUnit, warnings: readonly string[]): Site {
  const { residual, source, flow } = unit;
  const { addition } = residual;
  const end = flow.throughActivations(addition.value);
  const where = `after ${quoteCode(addition.statement, source.file)}${end === addition.value ? '' : ' and its activation'}${unit.owner}`;
  if (flow.seFollows(addition.value)) return alreadyThere(where);
  const channels = branchChannels(unit);
  const statement = end.expr ? statementWith(unit.body, end.expr) : addition.statement;
  return {
    place: 'after-addition',
    variant: 'post',
    where,
    statement: statement ?? addition.statement,
    channels,
    insertion: insertionAfterValue(unit, end, statement ?? addition.statement),
    construction: unit.construct(channels, residual.branch.value),
    warnings,
  };
}

function innerSite(unit: ResidualUnit, warnings: readonly string[]): Site {
  const { source, flow } = unit;
  const { value, depthwise } = innerConvolution(unit);
  const end = flow.throughActivations(value);
  const statement = end.expr && statementWith(unit.body, end.expr);
  const where = `after ${value.expr ? quoteCode(value.expr, source.file) : 'the convolution'}${unit.owner}`;
  if (!statement)
    return refuse(
      'unsupported-shape',
      'The convolution stands where no line can follow it. Use the snippet.',
    );
  if (flow.seFollows(value) || flow.isSe(value)) return alreadyThere(where);
  const channels = requireChannels(channelsOf(end, flow, source.reader), source);
  return {
    place: depthwise ? 'after-depthwise' : 'after-3x3',
    variant: '3x3',
    where,
    statement,
    channels,
    insertion: insertionAfterValue(unit, end, statement),
    construction: unit.construct(channels, end),
    warnings,
  };
}

/** The depthwise convolution, or the middle one of a bottleneck whose kernel is not known to be other than 3. */
function innerConvolution(unit: ResidualUnit): { value: Value; depthwise: boolean } {
  const convolutions = convolutionsOf(unit);
  const depthwise = convolutions.find(({ facts }) => facts.depthwise);
  if (depthwise) return { value: depthwise.value, depthwise: true };
  const named = convolutions.filter(({ facts }) => facts.kernel === 3);
  const [middle] = named.length === 1 ? named : convolutions.slice(1, -1);
  if (convolutions.length !== 3 || !middle || (middle.facts.kernel !== null && middle.facts.kernel !== 3)) {
    return refuse(
      'unsupported-shape',
      'The 3x3 variant is for bottlenecks (1x1, 3x3, 1x1) and inverted residuals; this branch is neither. Choose another variant.',
    );
  }
  return { value: middle.value, depthwise: false };
}

/** The convolutions that the forward pass applies on the branch, in order. */
function convolutionsOf({
  residual,
  flow,
  source,
}: ResidualUnit): { value: Value; facts: ConvolutionFacts }[] {
  const found: { value: Value; facts: ConvolutionFacts }[] = [];
  for (const value of branchValues(residual)) {
    if (value.kind !== 'apply' || !value.layer) continue;
    const { convs } = source.reader.describe(value.layer, flow.scope);
    const facts = convs === 1 ? source.convolutions.read(value.layer, flow.scope) : null;
    if (facts) found.unshift({ value, facts });
  }
  return found;
}

/** The values of the branch from its end back to what it shares with the shortcut, followed through first inputs. */
function* branchValues({ branch, shortcut }: ResidualAddition): Generator<Value> {
  const shared = ancestorIds(shortcut.value);
  for (let value: Value | undefined = branch.value; value && !shared.has(value.id); value = value.inputs[0])
    yield value;
}

function firstOnBranch({ residual }: ResidualUnit): Value {
  let first = residual.branch.value;
  for (const value of branchValues(residual)) first = value;
  return first;
}

/** The tensor argument of an application. */
function inputOf(expr: Extract<Expr, { kind: 'call' }>, { file }: OpenSource): Expr | null {
  const [first]: readonly Item[] = expr.args;
  if (!first || first.spread || first.name !== null) return null;
  return first.value.kind === 'cast' && file.language === 'typescript' ? first.value.value : first.value;
}

function inputChannels({ flow, source }: ResidualUnit, first: Value, input: Value): Channels {
  if (first.layer) {
    const inputs = source.convolutions.read(first.layer, flow.scope)?.inputs;
    if (inputs) return { status: 'known', source: inputs };
  }
  const found = channelsOf(input, flow, source.reader);
  // Every layer of these frameworks takes a feature map here; how many channels it has, the block finds itself.
  return found.status === 'unknown' && !takesChannels(source.framework) ? { status: 'feature' } : found;
}

function branchChannels({ residual, flow, source }: ResidualUnit): Site['channels'] {
  return requireChannels(channelsOf(residual.branch.value, flow, source.reader), source);
}

function insertionAfterValue(
  { body, scope, source }: ResidualUnit,
  end: Value,
  statement: Statement,
): Insertion {
  const variable = assignedVariable(statement);
  const isWhole =
    end.expr === null ||
    (statement.kind === 'assign' && withoutCast(statement.value) === end.expr) ||
    statement.kind === 'update';
  if (variable !== null && isWhole && declaresNoConstant(statement) && source.file.standsAlone(statement)) {
    const castText = castFor(variable, body, scope, statement.from, source);
    return { form: 'line', where: 'after', statement, variable, castText };
  }
  if (!end.expr)
    return refuse(
      'unsupported-shape',
      `${quoteCode(statement, source.file)} shares its line with other code. Put it on a line of its own and try again.`,
    );
  // What is wrapped is an application, whose own cast now stands around both.
  return { form: 'wrap', spans: [end.expr], castText: '' };
}

function declaresNoConstant(statement: Statement): boolean {
  return statement.kind !== 'assign' || statement.declares !== 'const';
}

function symbolicCast({ file }: OpenSource): string | null {
  return file.language === 'typescript' ? null : '';
}

function before({ residual, source, owner }: ResidualUnit): string {
  return `before ${quoteCode(residual.addition.statement, source.file)}${owner}`;
}
