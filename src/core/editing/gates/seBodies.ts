/** What the bodies of a file's functions and classes have to do with SE blocks: some are ones, others use them. */
import type { SourceFramework } from '../../codegen/sourceLanguage';
import { layerReaderOf } from '../analysis/bodies';
import { channelsOf } from '../analysis/channels';
import { ancestorIds, readFlow } from '../analysis/flow';
import type { Value } from '../analysis/flow';
import { isFunctionalSe } from '../analysis/functionalSe';
import { Imports } from '../analysis/imports';
import { FORWARD_NAME, SE_NAME } from '../analysis/layerTable';
import type { LayerReader } from '../analysis/layers';
import { FlowReader, methodScope } from '../analysis/residual';
import { ClassAttributes } from '../analysis/scope';
import type { Expr, FunctionNode, Span } from '../syntax/ast';
import type { SourceFile } from '../syntax/sourceFile';

/** An SE block in the body of a function or method. */
export interface SeInBody {
  /** Of the layer or call; of the product where the block is written out. */
  readonly span: Span;
  /** Name of the function or method. */
  readonly method: string;
  /** Of the layer that is applied, in `self.se(x)`; null where it is none. */
  readonly attribute: string | null;
  /** Whether the block is written out here, not a layer or function of its own. */
  readonly isInline: boolean;
  /** The expression of its channels; null where they cannot be read here. */
  readonly channels: Expr | null;
}

export interface SeBodies {
  /** Where the classes are written whose objects are SE blocks. */
  readonly classes: ReadonlySet<number>;
  /** Where the functions are written that are SE blocks, in no class. */
  readonly functions: ReadonlySet<number>;
  /** Blocks in the other bodies, by where the class or function is written. */
  readonly uses: ReadonlyMap<number, readonly SeInBody[]>;
}

/** Total: in a file of no framework only names tell. */
export function seBodiesOf(file: SourceFile): SeBodies {
  const classes = new Set<number>();
  const functions = new Set<number>();
  const uses = new Map<number, readonly SeInBody[]>();
  const read = bodyReader(file);
  const forwards = new Set(Object.values(FORWARD_NAME));
  for (const node of file.module.classes) {
    const attributes = ClassAttributes.of(node);
    const bodies = node.methods.map((method) => ({ method, body: read(method, attributes) }));
    const isBlock = bodies.some(({ method, body }) => forwards.has(method.name) && body.scales);
    if (isBlock || SE_NAME.test(node.name)) classes.add(node.from);
    else
      uses.set(
        node.from,
        bodies.flatMap(({ body }) => body.uses),
      );
  }
  for (const node of file.module.functions) {
    if (node.name === '' || file.classOf(node)) continue;
    const body = read(node, null);
    if (body.scales || SE_NAME.test(node.name)) functions.add(node.from);
    else uses.set(node.from, body.uses);
  }
  return { classes, functions, uses };
}

interface Body {
  /** Whether it gives back the feature map that it is given times gates made of that map. */
  readonly scales: boolean;
  readonly uses: readonly SeInBody[];
}

function bodyReader(file: SourceFile): (node: FunctionNode, attributes: ClassAttributes | null) => Body {
  const imports = new Imports(file);
  const [framework]: SourceFramework[] = imports.frameworks(file);
  if (!framework) return () => ({ scales: false, uses: [] });
  const reader = layerReaderOf(framework, imports, file.module);
  return (node, attributes) => {
    const flow = readFlow(node.body, node, reader, attributes);
    const [input] = flow.values;
    const values = new FlowReader(flow, reader, methodScope(attributes, node));
    const isProduct = (value: Value): boolean => isFunctionalSe(values, value);
    const scales = flow.returned.some(
      (value) => value.inputs.some((one) => one === input) && isProduct(value),
    );
    const uses = flow.values.flatMap(
      (value) => useOf(value, isProduct(value), values, reader, node.name) ?? [],
    );
    return { scales, uses };
  };
}

function useOf(
  value: Value,
  isInline: boolean,
  flow: FlowReader,
  reader: LayerReader,
  method: string,
): SeInBody | null {
  const span = value.layer ?? value.expr;
  const map = isInline ? mapOf(value) : value.inputs[0];
  const isBlock = isInline || (value.kind !== 'merge' && value.kind !== 'add' && flow.isSe(value));
  if (!span || !map || !isBlock) return null;
  const channels = channelsOf(map, flow, reader);
  return {
    span: { from: span.from, to: span.to },
    method,
    attribute: value.layer?.kind === 'member' ? value.layer.property : null,
    isInline,
    channels: channels.status === 'known' ? channels.source.expr : null,
  };
}

/** Of the two factors of an SE block's product the feature map: the gate comes from it. */
function mapOf({ inputs: [left, right] }: Value): Value | undefined {
  return left && right && ancestorIds(right).has(left.id) ? left : right;
}
