/** Built-in models that need no file, and the templates of new definitions. */
import * as v from 'valibot';
import { modelSpecSchema, type ModelSpec } from './modelSpec';

export interface Preset {
  /** Stable; `preset:<key>` is the model reference. */
  key: string;
  label: string;
  /** What it is for and why it is set so, for the picker. */
  description: string;
  spec: ModelSpec;
}

type Definition = v.InferInput<typeof modelSpecSchema>;

/** SGD 0.9, 0.1 divided by ten every 80 of 200 epochs, weight decay 1e-4, batch 64, crop and flip: the published CIFAR recipe. */
const FULL_RECIPE = {
  dataset: 'full',
  epochs: 200,
  batch: 64,
  optimizer: 'sgd',
  learningRate: 0.1,
  momentum: 0.9,
  weightDecay: 1e-4,
  schedule: 'step',
  stepEpochs: 80,
  warmupEpochs: 0,
  augment: true,
} as const;

/** Small batches and no augmentation: in five epochs of 5,000 images the number of steps counts, and overfitting is far away. */
const QUICK_RECIPE = {
  dataset: 'quick',
  epochs: 5,
  batch: 32,
  optimizer: 'sgd',
  learningRate: 0.1,
  schedule: 'cosine',
  warmupEpochs: 0.5,
  augment: false,
} as const;

interface Source {
  key: string;
  description: string;
  definition: Definition;
}

const SOURCES: readonly Source[] = [
  {
    key: 'quick',
    description:
      'About a minute on two CPU cores: 5 epochs on the quick subset of real CIFAR-10. r = 4, because r = 16 would leave ONE hidden unit at 16 channels.',
    definition: {
      version: 1,
      name: 'SE-ResNet-8, quick',
      backbone: { depth: 8, width: 16 },
      se: { reduction: 4 },
      training: QUICK_RECIPE,
    },
  },
  {
    key: 'resnet-8-synthetic',
    description:
      'For teaching and offline use: generated images, not real ones, in which the identity of a channel decides the class.',
    definition: {
      version: 1,
      name: 'SE-ResNet-8, synthetic',
      backbone: { depth: 8, width: 16 },
      se: { reduction: 4 },
      training: { ...QUICK_RECIPE, dataset: 'synthetic', epochs: 3, augment: false },
    },
  },
  {
    key: 'resnet-20-quick',
    description:
      'A deeper net on the quick subset. r = 4 leaves 4, 8 and 16 hidden units in the three stages. Three seeds, so there is a verdict.',
    definition: {
      version: 1,
      name: 'SE-ResNet-20, quick',
      backbone: { depth: 20, width: 16 },
      se: { reduction: 4 },
      training: { ...QUICK_RECIPE, epochs: 20, seeds: [1, 2, 3] },
    },
  },
  {
    key: 'resnet-20-full',
    description:
      'All of CIFAR-10 by the published recipe: 200 epochs, wants a GPU. Published results of SE at this size are mixed to null.',
    definition: {
      version: 1,
      name: 'SE-ResNet-20',
      backbone: { depth: 20, width: 16 },
      se: { reduction: 4 },
      training: FULL_RECIPE,
    },
  },
  {
    key: 'resnet-56-full',
    description: 'All of CIFAR-10, 56 layers, r = 8 (2, 4 and 8 hidden units). Wants a GPU and hours.',
    definition: {
      version: 1,
      name: 'SE-ResNet-56',
      backbone: { depth: 56, width: 16 },
      se: { reduction: 8 },
      training: FULL_RECIPE,
    },
  },
  {
    key: 'resnet-164-full',
    description:
      "Bottleneck net of the paper's Table 4 (error 5.46 without, 4.39 with SE there), r = 16 as in the paper: its blocks have 64 channels and more. Wants a GPU and days.",
    definition: {
      version: 1,
      name: 'SE-ResNet-164',
      backbone: { depth: 164, width: 16 },
      se: { reduction: 16 },
      training: { ...FULL_RECIPE, warmupEpochs: 1 },
    },
  },
  {
    key: 'resnet-18-full',
    description:
      "ImageNet's four-stage net behind a stem for CIFAR, as is usual on CIFAR-10: 11.2 M parameters, r = 16 (4 to 32 hidden units). Wants a GPU and days.",
    definition: {
      version: 1,
      name: 'SE-ResNet-18, CIFAR form',
      backbone: { depth: 18, stem: 'cifar' },
      se: { reduction: 16 },
      training: FULL_RECIPE,
    },
  },
  {
    key: 'resnet-50-imagenet',
    description:
      "For cost and source, not for training: the paper's main network, r = 16 without biases as in its ablations, 28.1 M parameters on images of 224 x 224.",
    definition: {
      version: 1,
      name: 'SE-ResNet-50, ImageNet form',
      input: { height: 224, width: 224 },
      classes: 1000,
      backbone: { depth: 50, stem: 'imagenet' },
      se: { reduction: 16, bias: false },
    },
  },
  {
    key: 'vgg-11-quick',
    description:
      'A network without shortcuts, a quarter of the usual channels: SE gates the output of every convolution. On the quick subset, r = 4.',
    definition: {
      version: 1,
      name: 'SE-VGG-11, quick',
      backbone: { family: 'vgg', depth: 11, width: 16 },
      se: { reduction: 4 },
      training: QUICK_RECIPE,
    },
  },
  {
    key: 'wrn-16-8-full',
    description:
      "The Wide ResNet of the paper's Table 4 (error 4.27 without, 3.88 with SE there), r = 16, which leaves 8 to 32 hidden units. Wants a GPU and days.",
    definition: {
      version: 1,
      name: 'SE-WRN-16-8',
      backbone: { family: 'wide-resnet', depth: 16, widen: 8 },
      se: { reduction: 16 },
      training: FULL_RECIPE,
    },
  },
  {
    key: 'mobilenet-v1-imagenet',
    description:
      "For cost, not for training: MobileNet of the paper's Table 3 (569 to 572 M multiply-adds, 4.2 to 4.7 M parameters there), r = 16.",
    definition: {
      version: 1,
      name: 'SE-MobileNet, ImageNet form',
      input: { height: 224, width: 224 },
      classes: 1000,
      backbone: { family: 'mobilenet-v1' },
      se: { reduction: 16, bias: false },
    },
  },
  {
    key: 'resnet-8-max-squeeze',
    description:
      'Ablation of Table 11: squeeze by maximum instead of average (top-1 error 22.57 against 22.28 in the paper).',
    definition: {
      version: 1,
      name: 'SE-ResNet-8, max squeeze',
      backbone: { depth: 8, width: 16 },
      se: { reduction: 4, squeeze: 'max' },
      training: QUICK_RECIPE,
    },
  },
  {
    key: 'resnet-8-tanh-gate',
    description:
      'Ablation of Table 12: tanh gate instead of sigmoid (top-1 error 23.00 against 22.28 in the paper).',
    definition: {
      version: 1,
      name: 'SE-ResNet-8, tanh gate',
      backbone: { depth: 8, width: 16 },
      se: { reduction: 4, gate: 'tanh' },
      training: QUICK_RECIPE,
    },
  },
];

export const PRESETS: readonly Preset[] = SOURCES.map(({ key, description, definition }) => {
  const spec = v.parse(modelSpecSchema, definition);
  return { key, label: spec.name, description, spec };
});

/** Picked when nothing else is. */
export const DEFAULT_PRESET_KEY = 'quick';

/** The preset of that key; undefined if there is none. */
export function presetByKey(key: string): Preset | undefined {
  return PRESETS.find((preset) => preset.key === key);
}

/**
 * Text of a new definition: the preset's own settings under another name, indented JSON with a final line break.
 *
 * @throws RangeError for an unknown preset: keys come from `PRESETS`
 */
export function definitionTemplate(presetKey: string, name: string): string {
  const source = SOURCES.find(({ key }) => key === presetKey);
  if (!source) throw new RangeError(`There is no preset ${presetKey}`);
  return `${JSON.stringify({ ...source.definition, name }, null, 2)}\n`;
}
