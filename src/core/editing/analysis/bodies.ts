/** What the functions and classes of a file do to the feature map they are given, by following it through their bodies. */
import type { SourceFramework } from '../../codegen/seSnippets';
import type { FunctionNode, SourceModule } from '../syntax/ast';
import { channelsOf } from './channels';
import type { Value } from './flow';
import { ancestorIds, readFlow } from './flow';
import { isFunctionalSe } from './functionalSe';
import type { Imports } from './imports';
import { mergeFacts } from './layerFacts';
import type { LayerFacts } from './layerFacts';
import type { BodyFacts, BodyReader } from './layers';
import { LayerReader } from './layers';
import { FORWARD_NAME } from './layerTable';
import { FlowReader, methodScope } from './residual';
import type { ClassAttributes } from './scope';

/** The reader of a file's layers, which looks into the file's own functions and classes too. */
export function layerReaderOf(
  framework: SourceFramework,
  imports: Imports,
  module: SourceModule,
): LayerReader {
  return new LayerReader(framework, imports, module, (reader) => new Bodies(reader));
}

class Bodies implements BodyReader {
  private readonly known = new Map<FunctionNode, BodyFacts | null>();

  constructor(private readonly reader: LayerReader) {}

  ofFunction(node: FunctionNode, owner: ClassAttributes | null): BodyFacts | null {
    return this.read(node, owner);
  }

  ofClass(attributes: ClassAttributes): BodyFacts | null {
    const forward = attributes.method(FORWARD_NAME[this.reader.framework]);
    return forward && this.read(forward, attributes);
  }

  private read(node: FunctionNode, attributes: ClassAttributes | null): BodyFacts | null {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    // Something that calls itself is nothing anyone can read.
    this.known.set(node, null);
    const facts = this.follow(node, attributes);
    this.known.set(node, facts);
    return facts;
  }

  private follow(node: FunctionNode, attributes: ClassAttributes | null): BodyFacts | null {
    const flow = readFlow(node.body, node, this.reader, attributes);
    const reader = new FlowReader(flow, this.reader, methodScope(attributes, node));
    const parameters = node.parameters.length - (attributes ? 1 : 0);
    // A flow begins with its parameters; the feature map is the first that is no `self`.
    const [input] = flow.values;
    if (parameters < 1 || !input || flow.returned.length === 0) return null;
    const ends = flow.returned.map((value) => this.factsOf(value, input, reader));
    if (ends.some((facts) => facts.role === 'unknown')) return null;
    const merged = mergeFacts(ends);
    if (merged.role === 'unknown') return null;
    const reached = new Set(flow.returned.flatMap((value) => [...ancestorIds(value)]));
    const residual = flow.additions.some(
      (addition) => reached.has(addition.value.id) && reader.residual(addition) !== null,
    );
    return { ...merged, residual };
  }

  private factsOf(value: Value, input: Value, flow: FlowReader): LayerFacts {
    const from = ancestorIds(value);
    const way = flow.flow.values.filter((one) => from.has(one.id));
    const facts = {
      hasSe: way.some((one) => flow.isSe(one) || isFunctionalSe(flow, one)),
      squeezes: false,
      ...flow.depth(value),
    };
    const role = from.has(input.id) ? roleOf(value, input, flow, this.reader) : ('unknown' as const);
    return typeof role === 'string' ? { ...facts, role, channels: null } : { ...facts, ...role };
  }
}

/** Whether only layers that keep the channels lie between, else what is known of the channels at the end. */
function roleOf(
  value: Value,
  input: Value,
  flow: FlowReader,
  reader: LayerReader,
): Pick<LayerFacts, 'role' | 'channels'> | 'pass' | 'conv' | 'flat' | 'unknown' {
  if (value === input) return 'unknown';
  let kept: Value | null = value;
  while (kept && kept !== input) kept = flow.keptInput(kept);
  if (kept) return 'pass';
  const channels = channelsOf(value, flow, reader);
  switch (channels.status) {
    case 'known':
      return { role: 'conv', channels: channels.source };
    case 'feature':
      return 'conv';
    case 'flat':
      return 'flat';
    case 'unknown':
      return 'unknown';
  }
}
