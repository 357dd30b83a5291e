/** Where a class makes its SE block: behind the layer that says how many channels there are, in the same method. */
import type { Channels } from '../analysis/channels';
import type { Value } from '../analysis/flow';
import { takesChannels } from '../analysis/layerTable';
import type { AttributeDefinition, ClassAttributes } from '../analysis/scope';
import { localValues } from '../analysis/scope';
import { refuse } from '../insertTypes';
import type { FunctionNode, Span, Statement } from '../syntax/ast';
import { eachStatement } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';
import { assignedVariable } from './residualInsertion';
import type { OpenSource, Site } from './site';
import { quoteCode } from './site';

/** The methods in which layers are made. */
export const BUILDERS = new Set(['__init__', 'build', 'setup']);

/** The statement of the constructor after which `self.se = ...` goes, or a refusal. `end` is the value at the site. */
export function constructorPlace(
  { file, framework }: OpenSource,
  attributes: ClassAttributes,
  forward: FunctionNode,
  channels: Channels,
  end: Value,
): Site['construction'] {
  const source = channels.status === 'known' ? channels.source : null;
  const definition =
    source?.definition ?? (takesChannels(framework) ? null : lastDefinition(end, attributes));
  const self = definition?.method.parameters[0]?.name;
  const forwardSelf = forward.parameters[0]?.name;
  if (
    !definition ||
    self === undefined ||
    forwardSelf === undefined ||
    !BUILDERS.has(definition.method.name)
  ) {
    return refuse(
      'unknown-channels',
      `The layers of this branch are not made in ${attributes.node.name}'s constructor, so there is no place for the SE block's. Use the snippet.`,
    );
  }
  const { outer } = definition;
  const last = lastOfLine(definition.method.body, outer, file);
  if (outer.kind === 'loop' || !file.takesLineAfter(last)) {
    return refuse(
      'unsupported-shape',
      `${quoteCode(outer, file)} is in a loop or shares its line with other code. Use the snippet.`,
    );
  }
  // Keras and linen find the channels themselves, so only PyTorch and nnx write the expression.
  if (source && takesChannels(framework)) requireInScope(source.expr, definition, file);
  return { after: last, self, forwardSelf, attributes };
}

/** `self.a = conv(c); self.b = norm(c)`: a new line goes behind all of them. */
function lastOfLine(body: readonly Statement[], statement: Statement, file: SourceFile): Statement {
  const end = file.lineEnd(statement.to);
  return body.filter(({ from }) => statement.from <= from && from <= end).at(-1) ?? statement;
}

/** The definition of the last layer on the way back from `end` that the class makes. */
function lastDefinition(end: Value, attributes: ClassAttributes): AttributeDefinition | null {
  for (let value: Value | undefined = end; value; value = value.inputs[0]) {
    if (value.layer?.kind !== 'member') continue;
    const definition = attributes.definitionsOf(value.layer.property).at(-1);
    if (definition) return definition;
  }
  return null;
}

/** The names of the channel expression must still mean the same on the new line after `definition.outer`. */
function requireInScope(expr: Span, { method, outer }: AttributeDefinition, file: SourceFile): void {
  const names: string[] = [];
  file.tree.iterate({
    from: expr.from,
    to: expr.to,
    enter: (node) => {
      if (node.name === 'VariableName' && node.from >= expr.from && node.to <= expr.to)
        names.push(file.slice(node));
    },
  });
  for (const name of names) {
    const isParameter = method.parameters.some((parameter) => parameter.name === name);
    const isLoopVariable = [...eachStatement(method.body)].some(
      (statement) =>
        statement.kind === 'loop' &&
        statement.targets.some((target) => target.kind === 'name' && target.name === name),
    );
    const isLocal = localValues(method, name).length > 0;
    const alwaysSet = method.body.some(
      (statement) => statement.from < outer.from && assignedVariable(statement) === name,
    );
    if (isLoopVariable || (isLocal && !isParameter && !alwaysSet)) {
      refuse(
        'unknown-channels',
        `\`${name}\` may not be set where the SE block would be made. Use the snippet.`,
      );
    }
  }
  if (/[\r\n]/.test(file.slice(expr))) {
    refuse(
      'unsupported-shape',
      'The channel count is written over several lines. Give it a name first, or use the snippet.',
    );
  }
}
