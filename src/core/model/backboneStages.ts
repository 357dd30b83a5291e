import { backboneLayout } from './backboneFamily';
import type { Backbone } from './backboneSpec';

/** The numbers of a network's stages, from 1. */
export function stagesOf(backbone: Backbone): number[] {
  return Array.from({ length: stageCount(backbone) }, (_, index) => index + 1);
}

function stageCount(backbone: Backbone): number {
  switch (backbone.family) {
    case 'resnet':
      return backboneLayout(backbone.depth).units.length;
    case 'resnext':
      return backbone.depth === 29 ? 3 : 4;
    case 'senet':
      return 4;
    case 'preact-resnet':
    case 'wide-resnet':
    case 'bn-inception':
    case 'inception-resnet-v2':
    case 'shufflenet':
      return 3;
    case 'vgg':
    case 'mobilenet-v1':
    case 'mobilenet-v3':
      return 5;
    case 'mobilenet-v2':
      return 7;
  }
}
