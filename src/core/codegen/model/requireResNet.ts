import { PlaygroundError } from '../../errors';
import { backboneLayout } from '../../model/backboneFamily';
import type { BackboneOf } from '../../model/backboneSpec';
import { familyName } from '../../model/familyName';
import type { ModelSpec } from '../../model/modelSpec';

/**
 * The backbone of a ResNet: the only family that is written out as source so far.
 *
 * @throws PlaygroundError `spec/no-source` for another
 */
export function requireResNet({ name, backbone }: ModelSpec): BackboneOf<'resnet'> {
  if (backbone.family !== 'resnet') {
    const why = `"${name}" is a ${familyName(backbone)}, and source code is written for ResNets only.`;
    throw new PlaygroundError('spec/no-source', `${why} Choose a definition with a ResNet.`);
  }
  if (backboneLayout(backbone.depth).bottleneck && backbone.stride === '1x1') {
    const why = `"${name}" has the stride of its bottlenecks in the first 1x1 convolution, and source code is written with it in the 3x3.`;
    throw new PlaygroundError('spec/no-source', `${why} Remove "stride" from its backbone.`);
  }
  return backbone;
}
