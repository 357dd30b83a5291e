/** Which family builds what. */
import type { Backbone } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { buildBnInception } from './bnInception';
import { buildInceptionResnet } from './inceptionResnet';
import { pooledHead } from './layers';
import { buildMobileNetV1, buildMobileNetV2, buildMobileNetV3 } from './mobilenet';
import { buildPreactivation, buildWideResNet } from './preactivation';
import { buildResNet } from './resnet';
import { buildResNext, buildSenet } from './resnext';
import { buildShuffleNet } from './shufflenet';
import { buildVgg } from './vgg';

/** The network from images to logits. */
export function buildBackbone(
  builder: GraphBuilder,
  images: NodeId,
  backbone: Backbone,
  options: { se: 'none' | SeSpec; classes: number },
): NodeId {
  const { se, classes } = options;
  const pooled = (features: NodeId) => pooledHead(builder, features, classes);
  switch (backbone.family) {
    case 'resnet':
      return pooled(buildResNet(builder, images, backbone, se));
    case 'preact-resnet':
      return pooled(buildPreactivation(builder, images, backbone, se));
    case 'wide-resnet':
      return pooled(buildWideResNet(builder, images, backbone, se));
    case 'resnext':
      return pooled(buildResNext(builder, images, backbone, se));
    case 'senet':
      return pooled(buildSenet(builder, images, backbone, se));
    case 'bn-inception':
      return pooled(buildBnInception(builder, images, backbone, se));
    case 'inception-resnet-v2':
      return pooled(buildInceptionResnet(builder, images, backbone, se));
    case 'shufflenet':
      return pooled(buildShuffleNet(builder, images, backbone, se));
    // These have heads of their own.
    case 'vgg':
      return buildVgg(builder, images, backbone, options);
    case 'mobilenet-v1':
      return buildMobileNetV1(builder, images, backbone, options);
    case 'mobilenet-v2':
      return buildMobileNetV2(builder, images, backbone, options);
    case 'mobilenet-v3':
      return buildMobileNetV3(builder, images, backbone, options);
  }
}
