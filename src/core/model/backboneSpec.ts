/**
 * The `backbone` of a definition: one schema a family of networks. `family` tells them apart; without one it is the ResNet of He et al.
 *
 * Every family has two forms: on images of 64 pixels or more that of its paper, on smaller ones the form that is usual on CIFAR, which shrinks
 * the images less in its stem.
 */
import * as v from 'valibot';
import {
  BACKBONE_DEPTHS,
  backboneLayout,
  CIFAR_DEPTHS,
  defaultStem,
  IMAGENET_DEPTHS,
  isLarge,
  STEMS,
  type Stem,
} from './backboneFamily';
import { count, describe, within } from './schemaParts';

/** Depths of the pre-activation ResNets (He et al., 2016): basic units, or bottlenecks for 164. */
export const PREACTIVATION_DEPTHS = [20, 32, 44, 56, 110, 164] as const;
/** Wide ResNets have 6n + 4 layers. */
export const WIDE_DEPTHS = [10, 16, 22, 28, 40] as const;
/** 29 is the CIFAR form of Xie et al.; the others are that of ImageNet. */
export const RESNEXT_DEPTHS = [29, 50, 101, 152] as const;
export const VGG_DEPTHS = [11, 13, 16, 19] as const;
/** Where a bottleneck has its stride: He et al. in the first 1x1, most who came after in the 3x3. */
export const STRIDE_PLACES = ['1x1', '3x3'] as const;

/** In the JSON schema the default of the width hangs on the depth, so that the editor completes the right one. */
const WIDTH_DEFAULTS = {
  if: { properties: { depth: { enum: IMAGENET_DEPTHS } }, required: ['depth'] },
  then: { properties: { width: { default: backboneLayout(IMAGENET_DEPTHS[0]).defaultWidth } } },
  else: { properties: { width: { default: backboneLayout(CIFAR_DEPTHS[0]).defaultWidth } } },
};

const stem = describe(
  v.optional(v.picklist(STEMS)),
  'What stands before the first stage: imagenet as in the paper of the family; cifar shrinks small images less. Default: imagenet on images of 64 pixels or more, else cifar.',
);
const multiplier = describe(
  v.optional(within(0.25, 2), 1),
  'Width multiplier: channels of every layer, of those in the paper.',
);

const resnetSchema = v.pipe(
  v.strictObject({
    family: v.optional(v.literal('resnet'), 'resnet'),
    depth: describe(
      v.picklist(BACKBONE_DEPTHS),
      'Layers of the ResNet. CIFAR form, three stages: 6n+2 with basic blocks (8 to 110), or 164 with bottleneck blocks. ImageNet form, four stages: 18 and 34 with basic blocks, 50, 101 and 152 with bottleneck blocks.',
    ),
    width: describe(
      v.optional(count(4, 128)),
      'Channels of the first stage; each later stage has twice as many as the one before, bottleneck blocks put out four times that. Default: 16 in CIFAR form, 64 in ImageNet form.',
    ),
    stem: describe(
      v.optional(v.picklist(STEMS)),
      'What stands before the first stage: cifar = 3x3 convolution; imagenet = 7x7 convolution of stride 2, then 3x3 max pool of stride 2. Default: imagenet in ImageNet form on images of 64 pixels or more, else cifar.',
    ),
    stride: describe(
      v.optional(v.picklist(STRIDE_PLACES), '3x3'),
      'Bottlenecks only: the convolution that halves the image. He et al. have it in the first 1x1 convolution, most who came after in the 3x3.',
    ),
  }),
  v.metadata(WIDTH_DEFAULTS),
);

const preactivationSchema = v.strictObject({
  family: v.literal('preact-resnet'),
  depth: describe(
    v.picklist(PREACTIVATION_DEPTHS),
    'Layers: 6n+2 with basic units, or 164 with bottlenecks (He et al., arXiv 1603.05027).',
  ),
  width: describe(v.optional(count(4, 128), 16), 'Channels of the first stage.'),
});

const wideSchema = v.strictObject({
  family: v.literal('wide-resnet'),
  depth: describe(v.picklist(WIDE_DEPTHS), 'Layers, 6n+4 (Zagoruyko and Komodakis, arXiv 1605.07146).'),
  widen: describe(v.optional(count(1, 16), 8), 'Widening factor k: stages have 16k, 32k and 64k channels.'),
});

const resnextSchema = v.strictObject({
  family: v.literal('resnext'),
  depth: describe(
    v.picklist(RESNEXT_DEPTHS),
    'Layers: 29 in CIFAR form with three stages; 50, 101 and 152 in ImageNet form (Xie et al., arXiv 1611.05431).',
  ),
  groups: describe(v.optional(count(1, 64), 32), 'Cardinality: groups of the 3x3 convolution.'),
  groupWidth: describe(v.optional(count(1, 64), 4), 'Channels of a group in the first stage.'),
  stem,
});

const senetSchema = v.strictObject({
  family: v.literal('senet'),
  depth: describe(v.literal(154), 'SENet-154, the network that won ILSVRC 2017 (appendix of the paper).'),
  stem,
});

const vggSchema = v.strictObject({
  family: v.literal('vgg'),
  depth: describe(v.picklist(VGG_DEPTHS), 'Layers with weights, batch norm after every convolution.'),
  width: describe(v.optional(count(4, 128), 64), 'Channels of the first stage.'),
  head: describe(
    v.optional(v.picklist(['dense', 'pooled'])),
    'dense = two dense layers of 4,096 units and dropout left out; pooled = global average pool. Default: dense on images of 64 pixels or more.',
  ),
});

const bnInceptionSchema = v.strictObject({ family: v.literal('bn-inception'), stem });
const inceptionResnetSchema = v.strictObject({ family: v.literal('inception-resnet-v2'), stem });
const mobilenet1Schema = v.strictObject({ family: v.literal('mobilenet-v1'), multiplier, stem });
const mobilenet2Schema = v.strictObject({ family: v.literal('mobilenet-v2'), multiplier, stem });
const mobilenet3Schema = v.strictObject({
  family: v.literal('mobilenet-v3'),
  size: describe(v.optional(v.picklist(['large', 'small']), 'large'), 'Which of the two networks.'),
  multiplier,
  stem,
});
const shufflenetSchema = v.strictObject({
  family: v.literal('shufflenet'),
  groups: describe(
    v.optional(v.picklist([1, 2, 3, 4, 8]), 3),
    'Groups of the pointwise convolutions; the channels follow from them (table 1 of arXiv 1707.01083).',
  ),
  multiplier,
  stem,
});

export const backboneSchema = v.variant('family', [
  resnetSchema,
  preactivationSchema,
  wideSchema,
  resnextSchema,
  senetSchema,
  vggSchema,
  bnInceptionSchema,
  inceptionResnetSchema,
  mobilenet1Schema,
  mobilenet2Schema,
  mobilenet3Schema,
  shufflenetSchema,
]);

type WrittenBackbone = v.InferOutput<typeof backboneSchema>;
type Complete<B> = B extends { family: 'resnet' }
  ? B & { width: number; stem: Stem }
  : B extends { family: 'vgg' }
    ? B & { head: 'dense' | 'pooled' }
    : B extends { stem?: Stem | undefined }
      ? B & { stem: Stem }
      : B;
/** A backbone with every default filled in. */
export type Backbone = Complete<WrittenBackbone>;
export type Family = Backbone['family'];
export type BackboneOf<F extends Family> = Extract<Backbone, { family: F }>;

/** Fills in what hangs on other settings: width and stem on the depth, stem and head on the size of the images. */
export function completeBackbone(
  written: WrittenBackbone,
  input: { height: number; width: number },
): Backbone {
  const form = isLarge(input) ? 'imagenet' : 'cifar';
  switch (written.family) {
    case 'resnet': {
      const { depth } = written;
      const width = written.width ?? backboneLayout(depth).defaultWidth;
      return { ...written, width, stem: written.stem ?? defaultStem(depth, input) };
    }
    case 'preact-resnet':
    case 'wide-resnet':
      return written;
    case 'vgg':
      return { ...written, head: written.head ?? (isLarge(input) ? 'dense' : 'pooled') };
    case 'resnext':
      return { ...written, stem: written.stem ?? (written.depth === 29 ? 'cifar' : form) };
    case 'senet':
    case 'bn-inception':
    case 'inception-resnet-v2':
    case 'mobilenet-v1':
    case 'mobilenet-v2':
    case 'mobilenet-v3':
    case 'shufflenet':
      return { ...written, stem: written.stem ?? form };
  }
}
