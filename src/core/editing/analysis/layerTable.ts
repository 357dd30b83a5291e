/** What the layers of each framework do to a feature map's channels, by canonical path (see `Imports.pathOf`). */
import type { SourceFramework } from '../../codegen/seSnippets';
import { keepsChannels } from './layerNames';

export { DROP_LAYERS, keepsChannels, SE_NAME } from './layerNames';

/**
 * conv: makes a new channel count. norm, pass, pool: keep it. flat: the result is no feature map. add, multiply: merge
 * branches. sequence: a chain of layers.
 */
export type LayerRole = 'conv' | 'norm' | 'pass' | 'pool' | 'flat' | 'add' | 'multiply' | 'sequence';

export interface LayerEntry {
  readonly role: LayerRole;
  /** Where the channel count is among the constructor's arguments; absent where the constructor does not say. */
  readonly channels?: { readonly index: number; readonly keyword: string };
}

/** Whether the constructors of the framework's layers are told the channels of their input. */
export function takesChannels(framework: SourceFramework): boolean {
  return framework === 'pytorch' || framework === 'flax-nnx';
}

/** The method that each framework's classes do their work in. */
export const FORWARD_NAME: Readonly<Record<SourceFramework, string>> = {
  pytorch: 'forward',
  keras: 'call',
  'flax-linen': '__call__',
  'flax-nnx': '__call__',
  tfjs: 'call',
};

const conv = (index: number, keyword: string): LayerEntry => ({ role: 'conv', channels: { index, keyword } });
const norm = (index: number, keyword: string): LayerEntry => ({ role: 'norm', channels: { index, keyword } });
const NORM: LayerEntry = { role: 'norm' };
const PASS: LayerEntry = { role: 'pass' };
const POOL: LayerEntry = { role: 'pool' };
const FLAT: LayerEntry = { role: 'flat' };
const ADD: LayerEntry = { role: 'add' };
const MULTIPLY: LayerEntry = { role: 'multiply' };
const SEQUENCE: LayerEntry = { role: 'sequence' };
/** Changes the channels to a count that its arguments do not say outright. */
const OTHER_CONV: LayerEntry = { role: 'conv' };

/** Each of the names, which blanks separate, with the same value. */
function entries<T>(names: string, value: T): [string, T][] {
  return names.split(' ').map((name) => [name, value]);
}

const TORCH = new Map<string, LayerEntry>([
  ...entries('Conv2d ConvTranspose2d', conv(1, 'out_channels')),
  ...entries('LazyConv2d LazyConvTranspose2d', conv(0, 'out_channels')),
  ...entries('PixelShuffle PixelUnshuffle', OTHER_CONV),
  ...entries('BatchNorm2d SyncBatchNorm InstanceNorm2d', norm(0, 'num_features')),
  ...entries('GroupNorm', norm(1, 'num_channels')),
  ...entries('LazyBatchNorm2d LazyInstanceNorm2d LocalResponseNorm', NORM),
  ...entries(
    'ReLU ReLU6 LeakyReLU PReLU RReLU ELU SELU CELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh Sigmoid Tanh Softplus Softsign ' +
      'LogSigmoid Hardshrink Softshrink Tanhshrink Threshold Softmax2d Identity Dropout Dropout2d AlphaDropout FeatureAlphaDropout',
    PASS,
  ),
  ...entries(
    'MaxPool2d AvgPool2d FractionalMaxPool2d LPPool2d AdaptiveAvgPool2d AdaptiveMaxPool2d Upsample UpsamplingNearest2d UpsamplingBilinear2d ' +
      'ZeroPad2d ReflectionPad2d ReplicationPad2d ConstantPad2d CircularPad2d',
    POOL,
  ),
  ...entries(
    'Linear LazyLinear Flatten Embedding LSTM GRU RNN Conv1d Conv3d LayerNorm MultiheadAttention',
    FLAT,
  ),
  ...entries('Sequential', SEQUENCE),
]);

/** Layers of torchvision, timm and their relatives, by the class's own name: they are imported from many places. */
const TORCH_COMPANIONS = new Map<string, LayerEntry>([
  ...entries(
    'Conv2dNormActivation ConvNormActivation ConvBNActivation ConvBNReLU ConvNormAct ConvNormActAa ConvBnAct BasicConv2d ConvModule create_conv2d ' +
      'Conv2dSame StdConv2d StdConv2dSame ScaledStdConv2d ScaledStdConv2dSame MixedConv2d CondConv2d DeformConv2d SeparableConv2d SeparableConvNormAct SeparableConvBnAct',
    conv(1, 'out_channels'),
  ),
  ...entries('DepthwiseSeparableConv', conv(1, 'out_chs')),
  ...entries(
    'BatchNormAct2d FrozenBatchNorm2d FrozenBatchNormAct2d SyncBatchNormAct FilterResponseNormAct2d InplaceAbn',
    norm(0, 'num_features'),
  ),
  ...entries('LayerNorm2d LayerNormAct2d GroupNormAct GroupNorm1', norm(0, 'num_channels')),
  ...entries('Swish MemoryEfficientSwish HardSwish HardSigmoid create_act_layer FrozenIdentity', PASS),
  ...entries('BlurPool2d AvgPool2dSame MaxPool2dSame create_pool2d create_aa', POOL),
  ...entries('SelectAdaptivePool2d AdaptiveAvgMaxPool2d ClassifierHead', FLAT),
]);

const KERAS = new Map<string, LayerEntry>([
  ...entries(
    'Conv2D Convolution2D Conv2DTranspose Convolution2DTranspose SeparableConv2D SeparableConvolution2D',
    conv(0, 'filters'),
  ),
  ...entries(
    'BatchNormalization GroupNormalization LayerNormalization SyncBatchNormalization UnitNormalization',
    NORM,
  ),
  ...entries(
    'Activation ReLU LeakyReLU PReLU ELU ThresholdedReLU Softmax Dropout SpatialDropout2D GaussianNoise GaussianDropout AlphaDropout ' +
      'Identity Rescaling ActivityRegularization',
    PASS,
  ),
  ...entries(
    'MaxPooling2D MaxPool2D AveragePooling2D AvgPool2D UpSampling2D ZeroPadding2D Cropping2D Resizing',
    POOL,
  ),
  // A depthwise convolution keeps C only where depth_multiplier is 1, so it does not say.
  ...entries('DepthwiseConv2D', OTHER_CONV),
  ...entries(
    'Flatten Dense GlobalAveragePooling2D GlobalAvgPool2D GlobalMaxPooling2D GlobalMaxPool2D Reshape Permute Embedding LSTM GRU Conv1D Conv3D MultiHeadAttention',
    FLAT,
  ),
  ...entries('Add', ADD),
  ...entries('Multiply', MULTIPLY),
]);

const LINEN = new Map<string, LayerEntry>([
  ...entries('Conv ConvTranspose ConvLocal', conv(0, 'features')),
  ...entries('BatchNorm GroupNorm LayerNorm InstanceNorm RMSNorm', NORM),
  ...entries('Dropout PReLU', PASS),
  ...entries(
    'Dense DenseGeneral Einsum Embed LSTMCell OptimizedLSTMCell GRUCell RNN SelfAttention MultiHeadAttention MultiHeadDotProductAttention',
    FLAT,
  ),
  ...entries('Sequential', SEQUENCE),
]);

const NNX = new Map<string, LayerEntry>([
  ...entries('Conv ConvTranspose', conv(1, 'out_features')),
  ...entries('BatchNorm GroupNorm LayerNorm InstanceNorm RMSNorm', norm(0, 'num_features')),
  ...entries('Dropout PReLU', PASS),
  ...entries(
    'Linear LinearGeneral Einsum Embed LSTMCell OptimizedLSTMCell GRUCell RNN MultiHeadAttention',
    FLAT,
  ),
  ...entries('Sequential', SEQUENCE),
]);

const TFJS = new Map<string, LayerEntry>([
  ...entries('conv2d conv2dTranspose separableConv2d', conv(0, 'filters')),
  ...entries('batchNormalization layerNormalization', NORM),
  ...entries(
    'activation reLU leakyReLU prelu elu softmax thresholdedReLU dropout spatialDropout2d gaussianNoise gaussianDropout alphaDropout',
    PASS,
  ),
  ...entries(
    'maxPooling2d maxPool2d averagePooling2d avgPool2d avgPooling2d upSampling2d zeroPadding2d cropping2D',
    POOL,
  ),
  ...entries('depthwiseConv2d', OTHER_CONV),
  ...entries(
    'flatten dense globalAveragePooling2d globalMaxPooling2d globalMaxPool2d reshape permute embedding lstm gru conv1d conv3d',
    FLAT,
  ),
  ...entries('add', ADD),
  ...entries('multiply', MULTIPLY),
]);

const TABLES: Record<SourceFramework, { prefix: RegExp; table: ReadonlyMap<string, LayerEntry> }> = {
  pytorch: { prefix: /^torch\.nn\.(modules\.\w+\.)?/, table: TORCH },
  keras: { prefix: /^keras\.layers\./, table: KERAS },
  'flax-linen': { prefix: /^flax\.linen\.(\w+\.)?(?=[A-Z])/, table: LINEN },
  'flax-nnx': { prefix: /^flax\.nnx\./, table: NNX },
  tfjs: { prefix: /^tfjs\.layers\./, table: TFJS },
};

/** The entry of a layer constructor, e.g. `torch.nn.Conv2d`; null for anything unknown. */
export function layerEntry(framework: SourceFramework, path: string): LayerEntry | null {
  if (framework === 'keras' && /^keras\.(models\.)?Sequential$/.test(path)) return SEQUENCE;
  if (framework === 'tfjs' && path === 'tfjs.sequential') return SEQUENCE;
  const { prefix, table } = TABLES[framework];
  const matched = prefix.exec(path);
  if (matched) return table.get(path.slice(matched[0].length)) ?? null;
  return framework === 'pytorch'
    ? (TORCH_COMPANIONS.get(path.slice(path.lastIndexOf('.') + 1)) ?? null)
    : null;
}

/** Libraries whose functions `keepsChannels` speaks of. */
const FUNCTION_ROOTS = /^(torch|jax|flax|keras|tensorflow|tfjs)\./;

/** Whether a function that is passed about as a layer, e.g. `nnx.relu` or `F.silu`, keeps the channels. */
export function isPassFunction(path: string): boolean {
  return FUNCTION_ROOTS.test(path) && keepsChannels(path.slice(path.lastIndexOf('.') + 1));
}

/** Functions that add or multiply tensors: `torch.add(a, b)`, `jnp.multiply(a, b)`, `layers.add([a, b])`. */
const JOINS = new Map([
  ...entries<'+' | '*'>(
    'torch.add keras.layers.add keras.ops.add tensorflow.add tensorflow.math.add jax.numpy.add tfjs.add',
    '+',
  ),
  ...entries<'+' | '*'>(
    'torch.mul torch.multiply keras.layers.multiply keras.ops.multiply tensorflow.multiply tensorflow.math.multiply jax.numpy.multiply tfjs.mul',
    '*',
  ),
]);

/** `+` or `*` where calling the function at that path joins tensors; null for anything else. */
export function joinOf(path: string): '+' | '*' | null {
  return JOINS.get(path) ?? null;
}

/** What a parameter or field named so makes where the source does not say: `norm_layer`, `conv`, `act_layer`. */
const CONVENTIONS: readonly { name: RegExp; entry: Readonly<Record<SourceFramework, LayerEntry | null>> }[] =
  [
    {
      name: /^_?(norm|bn)(_?act)?(_?(layer|fn|cls|func|type))?$/i,
      entry: {
        pytorch: norm(0, 'num_features'),
        keras: NORM,
        'flax-linen': NORM,
        'flax-nnx': norm(0, 'num_features'),
        tfjs: null,
      },
    },
    {
      name: /^_?conv(2d)?(_?(layer|fn|cls|func|op|type))?$/i,
      entry: {
        pytorch: conv(1, 'out_channels'),
        keras: conv(0, 'filters'),
        'flax-linen': conv(0, 'features'),
        'flax-nnx': conv(1, 'out_features'),
        tfjs: null,
      },
    },
    {
      name: /^_?(act|activation|non_?linearity|drop|dropout)(_?(layer|fn|cls|func|type))?$/i,
      entry: { pytorch: PASS, keras: PASS, 'flax-linen': PASS, 'flax-nnx': PASS, tfjs: null },
    },
  ];

/** The entry that a name promises by custom, e.g. `norm_layer`: for parameters and fields whose value the file does not show. */
export function conventionalEntry(framework: SourceFramework, name: string): LayerEntry | null {
  return CONVENTIONS.find((convention) => convention.name.test(name))?.entry[framework] ?? null;
}

/** Whether a parameter or field named so is an activation or drop layer by custom. */
export function isConventionalPass(name: string): boolean {
  return conventionalEntry('pytorch', name)?.role === 'pass';
}

/** Layers that reduce each channel to one number: global pooling, and adaptive pooling as it is mostly used. */
export const SQUEEZE_LAYERS = /^(Adaptive(Avg|Max)Pool2d|global(average|avg|max)pool(ing)?2d)$/i;

/** Functions that return a layer class: timm's `get_norm_act_layer(norm_layer, act_layer)` and its relatives. */
const FACTORIES: readonly (readonly [RegExp, string])[] = [
  [/^get_norm(_act)?_layer$/, 'norm_layer'],
  [/^get_act_(layer|fn)$/, 'act_layer'],
  [/^get_conv_layer$/, 'conv_layer'],
];

/** The entry of what a factory function returns, by its name; null for any other function. */
export function factoryEntry(framework: SourceFramework, name: string): LayerEntry | null {
  const convention = FACTORIES.find(([pattern]) => pattern.test(name))?.[1];
  return convention === undefined ? null : conventionalEntry(framework, convention);
}
