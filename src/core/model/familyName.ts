import type { Backbone } from './backboneSpec';

/** What people call the network, without its SE blocks: "ResNet-50", "MobileNetV3 large". */
export function familyName(backbone: Backbone): string {
  switch (backbone.family) {
    case 'resnet':
      return `ResNet-${backbone.depth}`;
    case 'preact-resnet':
      return `pre-activation ResNet-${backbone.depth}`;
    case 'wide-resnet':
      return `WRN-${backbone.depth}-${backbone.widen}`;
    case 'resnext':
      return `ResNeXt-${backbone.depth} (${backbone.groups}x${backbone.groupWidth}d)`;
    case 'senet':
      return `SENet-${backbone.depth}`;
    case 'vgg':
      return `VGG-${backbone.depth}`;
    case 'bn-inception':
      return 'BN-Inception';
    case 'inception-resnet-v2':
      return 'Inception-ResNet-v2';
    case 'mobilenet-v1':
      return 'MobileNet';
    case 'mobilenet-v2':
      return 'MobileNetV2';
    case 'mobilenet-v3':
      return `MobileNetV3 ${backbone.size}`;
    case 'shufflenet':
      return `ShuffleNet (g = ${backbone.groups})`;
  }
}
