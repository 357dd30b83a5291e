/**
 * The model definition (`*.senet.json`): one valibot schema is the source of the TypeScript type, of the run-time check
 * and, through the build, of the JSON schema that gives completion and hovers in the editor.
 *
 * Paper: Hu et al., "Squeeze-and-Excitation Networks", arXiv 1709.01507 v4.
 */
import * as v from 'valibot';
import { backboneSchema, completeBackbone, type Backbone } from './backboneSpec';
import { stagesOf } from './backboneStages';
import { count, describe, within } from './schemaParts';

export const SQUEEZES = ['avg', 'max'] as const;
export const GATES = ['sigmoid', 'hard-sigmoid', 'tanh', 'relu'] as const;
export const PLACES = ['standard', 'pre', 'post', 'identity'] as const;
export const DATASETS = ['quick', 'full', 'synthetic'] as const;
export const SCHEDULES = ['constant', 'step', 'cosine'] as const;
export const OPTIMIZERS = ['sgd', 'adam'] as const;

const inputSchema = v.strictObject({
  height: describe(v.optional(count(8, 320), 32), 'Image height in pixels. CIFAR-10 is 32, ImageNet 224.'),
  width: describe(v.optional(count(8, 320), 32), 'Image width in pixels. CIFAR-10 is 32, ImageNet 224.'),
  channels: describe(v.optional(count(1, 4), 3), 'Colour channels: 3 for RGB.'),
});

const seSchema = v.strictObject({
  reduction: describe(
    v.optional(within(1, 256), 4),
    'Reduction r: the excitation has C / r hidden units. The paper uses 16 on ImageNet; at 16 channels that leaves ONE hidden unit, so small CIFAR nets start from 4.',
  ),
  hidden: describe(
    v.optional(count(1, 4096)),
    'Explicit number of hidden units in every block; replaces the reduction.',
  ),
  divisor: describe(
    v.optional(count(1, 64), 1),
    'Round the hidden width to a multiple of this (1 leaves C / r as it is, rounded down, at least 1).',
  ),
  bias: describe(
    v.optional(v.boolean(), true),
    "Biases in the two FC layers. The paper's ablations drop them; the authors' models keep them.",
  ),
  squeeze: describe(
    v.optional(v.picklist(SQUEEZES), 'avg'),
    'Squeeze operator over height and width (Table 11).',
  ),
  gate: describe(
    v.optional(v.picklist(GATES), 'sigmoid'),
    'Excitation gate (Table 12: ReLU is worse than no SE at all).',
  ),
  place: describe(
    v.optional(v.picklist(PLACES), 'standard'),
    'Where the block sits (Table 14): standard = end of the residual branch, pre = before it, post = after the addition, identity = on the shortcut.',
  ),
  stages: describe(
    v.optional(v.pipe(v.array(count(1, 7)), v.minLength(1), v.maxLength(7))),
    'Stages that get SE blocks (Table 13): 1 to 3 in a ResNet of CIFAR form, 1 to 4 in ImageNet form, up to 7 in other families. Default: all of them.',
  ),
});

export const trainingSchema = v.strictObject({
  dataset: describe(
    v.optional(v.picklist(DATASETS), 'quick'),
    'quick = balanced subset of real CIFAR-10 shipped with the extension; full = all of CIFAR-10; synthetic = generated, not real images.',
  ),
  subset: describe(
    v.optional(count(10, 50000)),
    'Train on this many images only (balanced over the classes).',
  ),
  validationSplit: describe(
    v.optional(within(0, 0.5), 0),
    'Fraction of the training images held out for validation; 0 validates on the test images of the data set.',
  ),
  epochs: describe(v.optional(count(1, 1000), 5), 'Passes over the training images.'),
  batch: describe(v.optional(count(2, 1024), 64), 'Images in one step.'),
  optimizer: describe(
    v.optional(v.picklist(OPTIMIZERS), 'sgd'),
    'sgd = SGD with Nesterov-free momentum; adam = Adam.',
  ),
  learningRate: describe(v.optional(within(1e-6, 10), 0.1), 'Peak learning rate.'),
  momentum: describe(v.optional(within(0, 0.999), 0.9), 'Momentum of SGD, or beta1 of Adam.'),
  weightDecay: describe(
    v.optional(within(0, 1), 1e-4),
    'L2 penalty on convolution and dense kernels (not on BN parameters and biases).',
  ),
  schedule: describe(
    v.optional(v.picklist(SCHEDULES), 'cosine'),
    'How the learning rate falls: constant, step, or cosine to zero.',
  ),
  stepEpochs: describe(v.optional(count(1, 1000), 80), 'Step schedule: epochs between two divisions by ten.'),
  warmupEpochs: describe(
    v.optional(within(0, 100), 1),
    'Linear warm-up from zero over this many epochs (fractions allowed).',
  ),
  augment: describe(v.optional(v.boolean(), true), 'Pad-4 random crop and horizontal flip.'),
  labelSmoothing: describe(
    v.optional(within(0, 0.5), 0),
    'Label smoothing: target = (1 - s) one-hot + s / classes.',
  ),
  seeds: describe(
    v.optional(v.pipe(v.array(count(0, 4294967295)), v.minLength(1), v.maxLength(32)), [1]),
    'Seeds; each trains a pair with and without SE from the same initial weights and batches. Three or more give an interval.',
  ),
});

const writtenSchema = v.strictObject({
  $schema: v.optional(v.string()),
  version: describe(v.literal(1), 'Version of this file format.'),
  name: describe(
    v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80)),
    'Name shown in the view, the panel and reports.',
  ),
  input: describe(v.optional(inputSchema, {}), 'Shape of one image.'),
  classes: describe(v.optional(count(2, 1000), 10), 'Number of classes.'),
  backbone: describe(backboneSchema, 'The network without SE: a ResNet (He et al.), or what "family" says.'),
  se: describe(
    v.optional(v.union([v.literal('none'), seSchema]), {}),
    'The squeeze-and-excitation blocks, or "none".',
  ),
  training: describe(v.optional(trainingSchema, {}), 'How the model is trained.'),
});

type Written = v.InferOutput<typeof writtenSchema>;
export type SeSpec = Exclude<Written['se'], 'none'> & { stages: number[] };

/** A definition with every default filled in. */
export type ModelSpec = Omit<Written, 'backbone' | 'se'> & {
  backbone: Backbone;
  se: 'none' | SeSpec;
};

/** What is written, with the defaults that hang on other settings: width and stages on the depth, the stem on depth and image size. */
export const modelSpecSchema = v.pipe(
  writtenSchema,
  v.transform((written): ModelSpec => {
    const { input, se } = written;
    const backbone = completeBackbone(written.backbone, input);
    return {
      ...written,
      backbone,
      se: se === 'none' ? se : { ...se, stages: se.stages ?? stagesOf(backbone) },
    };
  }),
);

export type TrainingSpec = ModelSpec['training'];
export type Gate = (typeof GATES)[number];
export type Squeeze = (typeof SQUEEZES)[number];
export type Place = (typeof PLACES)[number];
export type DatasetName = (typeof DATASETS)[number];

/** The same definition without SE: the control arm of a pair. */
export function withoutSe(spec: ModelSpec): ModelSpec {
  return { ...spec, se: 'none' };
}

/** The spec's SE settings, or the defaults if it has none: the treated arm of a pair. */
export function withSe(spec: ModelSpec): ModelSpec {
  if (spec.se !== 'none') return spec;
  return { ...spec, se: { ...v.parse(seSchema, {}), stages: stagesOf(spec.backbone) } };
}
