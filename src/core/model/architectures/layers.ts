/** What the families of networks have in common: convolution, batch norm and activation in a row, and heads. */
import type { NodeId } from '../graph';
import type { ConvolutionOptions, GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';

export type Activation = 'relu' | 'relu6' | 'hardSwish' | 'none';

/** `<prefix>.conv`, `<prefix>.bn` and, unless it is none, `<prefix>.relu`. */
export function convolved(
  builder: GraphBuilder,
  prefix: string,
  from: NodeId,
  options: ConvolutionOptions,
  activation: Activation = 'relu',
): NodeId {
  const x = builder.batchNorm(`${prefix}.bn`, builder.convolution(`${prefix}.conv`, from, options));
  return activated(builder, `${prefix}.${activation}`, x, activation);
}

export function activated(builder: GraphBuilder, id: string, from: NodeId, activation: Activation): NodeId {
  return activation === 'none' ? from : builder.elementwise(id, { op: activation }, from);
}

/** The SE settings if this stage has SE blocks. */
export function seIn(se: 'none' | SeSpec, stage: number): SeSpec | undefined {
  return se !== 'none' && se.stages.includes(stage) ? se : undefined;
}

/** The SE block of a unit that has no shortcut, after its last layer. */
export function gatedEnd(builder: GraphBuilder, from: NodeId, se: SeSpec | undefined): NodeId {
  return se ? builder.squeezeExcite(from, se) : from;
}

/** Global average pool and classifier: `avgpool`, `fc`. */
export function pooledHead(builder: GraphBuilder, from: NodeId, classes: number): NodeId {
  builder.enter({ stage: 0 });
  return builder.dense('fc', builder.globalAveragePool('avgpool', from), classes);
}
