/** Which family builds what. */
import type { Backbone } from '../backboneSpec';
import type { NodeId } from '../graph';
import type { GraphBuilder } from '../graphBuilder';
import type { SeSpec } from '../modelSpec';
import { buildBnInception } from './bnInception';
import { buildInceptionResnet } from './inceptionResnet';
import { pooledHead } from './layers';
import { buildMobileNet } from './mobilenet';
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
  switch (backbone.family) {
    case 'vgg':
      return buildVgg(builder, images, backbone, options);
    case 'mobilenet-v1':
    case 'mobilenet-v2':
    case 'mobilenet-v3':
      return buildMobileNet(builder, images, backbone, options);
    default:
      return pooledHead(builder, features(builder, images, backbone, se), classes);
  }
}

type PooledBackbone = Exclude<Backbone, { family: 'vgg' | 'mobilenet-v1' | 'mobilenet-v2' | 'mobilenet-v3' }>;

/** What comes before the pool of networks that end with pool and classifier. */
function features(
  builder: GraphBuilder,
  images: NodeId,
  backbone: PooledBackbone,
  se: 'none' | SeSpec,
): NodeId {
  switch (backbone.family) {
    case 'resnet':
      return buildResNet(builder, images, backbone, se);
    case 'preact-resnet':
      return buildPreactivation(builder, images, backbone, se);
    case 'wide-resnet':
      return buildWideResNet(builder, images, backbone, se);
    case 'resnext':
      return buildResNext(builder, images, backbone, se);
    case 'senet':
      return buildSenet(builder, images, backbone, se);
    case 'bn-inception':
      return buildBnInception(builder, images, backbone, se);
    case 'inception-resnet-v2':
      return buildInceptionResnet(builder, images, backbone, se);
    case 'shufflenet':
      return buildShuffleNet(builder, images, backbone, se);
  }
}
