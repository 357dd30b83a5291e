/** The two families of residual networks in He et al., "Deep Residual Learning": sections 3.3 and 4.1 (ImageNet, table 1) and 4.2 (CIFAR). */

/** Three stages: 6n + 2 with basic units, or 9n + 2 = 164 with bottlenecks. */
export const CIFAR_DEPTHS = [8, 14, 20, 32, 44, 56, 110, 164] as const;
/** Four stages: basic units to depth 34, bottlenecks from 50. */
export const IMAGENET_DEPTHS = [18, 34, 50, 101, 152] as const;
export const BACKBONE_DEPTHS = [...CIFAR_DEPTHS, ...IMAGENET_DEPTHS] as const;
/** cifar = 3x3 convolution of stride 1; imagenet = 7x7 convolution and 3x3 max pool, each of stride 2. */
export const STEMS = ['cifar', 'imagenet'] as const;

export type BackboneDepth = (typeof BACKBONE_DEPTHS)[number];
export type Stem = (typeof STEMS)[number];

/** Channels of a bottleneck's output for one of its 3x3 convolution. */
export const BOTTLENECK_EXPANSION = 4;
/** The smaller side from which the ImageNet stem is the default: on less it would leave stage 1 fewer than 16 pixels a side. */
const IMAGENET_STEM_SIDE = 64;

export interface BackboneLayout {
  family: 'cifar' | 'imagenet';
  bottleneck: boolean;
  /** Residual units of each stage; as many numbers as there are stages. */
  units: readonly number[];
  /** Channels of stage 1 (before the expansion) where the definition does not say. */
  defaultWidth: number;
}

const IMAGENET_UNITS: Readonly<Record<(typeof IMAGENET_DEPTHS)[number], readonly number[]>> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};

/** What the depth alone decides. */
export function backboneLayout(depth: BackboneDepth): BackboneLayout {
  if (isImageNetDepth(depth)) {
    return { family: 'imagenet', bottleneck: depth >= 50, units: IMAGENET_UNITS[depth], defaultWidth: 64 };
  }
  const bottleneck = depth === 164;
  const units = bottleneck ? (depth - 2) / 9 : (depth - 2) / 6;
  return { family: 'cifar', bottleneck, units: [units, units, units], defaultWidth: 16 };
}

/** The stem where the definition does not say: that of the family, but no network shrinks small images at once. */
export function defaultStem(depth: BackboneDepth, input: { height: number; width: number }): Stem {
  return isImageNetDepth(depth) && isLarge(input) ? 'imagenet' : 'cifar';
}

/** Whether images are large enough for the stems that networks have on ImageNet. */
export function isLarge({ height, width }: { height: number; width: number }): boolean {
  return Math.min(height, width) >= IMAGENET_STEM_SIDE;
}

function isImageNetDepth(depth: BackboneDepth): depth is (typeof IMAGENET_DEPTHS)[number] {
  return (IMAGENET_DEPTHS as readonly number[]).includes(depth);
}
