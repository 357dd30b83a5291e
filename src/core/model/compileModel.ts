/** ModelSpec -> Graph. The families of networks, and where each departs from its paper, are in architectures/. */
import { buildBackbone } from './architectures/buildBackbone';
import type { Graph } from './graph';
import { GraphBuilder } from './graphBuilder';
import type { ModelSpec } from './modelSpec';

/** Compiles a definition. Whatever the family, units are `layerS.i` (stage S from 1, unit i from 0), and their SE blocks `layerS.i.se`. */
export function compileModel({ name, input, classes, backbone, se }: ModelSpec): Graph {
  const inputShape = [input.height, input.width, input.channels] as const;
  const builder = new GraphBuilder();
  buildBackbone(builder, builder.input(inputShape), backbone, { se, classes });
  return builder.finish(name, inputShape, classes);
}
