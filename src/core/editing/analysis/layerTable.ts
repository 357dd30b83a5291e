/** What the layers of each framework do to a feature map's channels, by canonical path (see `Imports.pathOf`). */
import type { SourceFramework } from '../../codegen/seSnippets';

/**
 * conv: makes a new channel count. norm, pass, pool: keep it. flat: the result is no feature map. add: merges branches.
 * sequence: a chain of layers.
 */
export type LayerRole = 'conv' | 'norm' | 'pass' | 'pool' | 'flat' | 'add' | 'sequence';

export interface LayerEntry {
  readonly role: LayerRole;
  /** Where the channel count is among the constructor's arguments; absent where the constructor does not say. */
  readonly channels?: { readonly index: number; readonly keyword: string };
}

const conv = (index: number, keyword: string): LayerEntry => ({ role: 'conv', channels: { index, keyword } });
const norm = (index: number, keyword: string): LayerEntry => ({ role: 'norm', channels: { index, keyword } });
const NORM: LayerEntry = { role: 'norm' };

function entries(names: string, entry: LayerEntry): [string, LayerEntry][] {
  return names.split(' ').map((name) => [name, entry]);
}

const TORCH = new Map<string, LayerEntry>([
  ...entries('Conv2d ConvTranspose2d', conv(1, 'out_channels')),
  ...entries('LazyConv2d LazyConvTranspose2d', conv(0, 'out_channels')),
  ...entries('BatchNorm2d SyncBatchNorm InstanceNorm2d', norm(0, 'num_features')),
  ...entries('GroupNorm', norm(1, 'num_channels')),
  ...entries('LazyBatchNorm2d', NORM),
  ...entries(
    'ReLU ReLU6 LeakyReLU PReLU RReLU ELU SELU CELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh Sigmoid Tanh Softplus Softsign Identity Dropout Dropout2d AlphaDropout FeatureAlphaDropout',
    { role: 'pass' },
  ),
  ...entries(
    'MaxPool2d AvgPool2d FractionalMaxPool2d LPPool2d AdaptiveAvgPool2d AdaptiveMaxPool2d Upsample UpsamplingNearest2d UpsamplingBilinear2d ZeroPad2d ReflectionPad2d ReplicationPad2d ConstantPad2d',
    { role: 'pool' },
  ),
  ...entries('Linear LazyLinear Flatten Embedding LSTM GRU RNN Conv1d Conv3d LayerNorm MultiheadAttention', {
    role: 'flat',
  }),
  ...entries('Sequential', { role: 'sequence' }),
]);

const KERAS = new Map<string, LayerEntry>([
  ...entries('Conv2D Convolution2D Conv2DTranspose SeparableConv2D', conv(0, 'filters')),
  ...entries('BatchNormalization GroupNormalization LayerNormalization SyncBatchNormalization', NORM),
  ...entries(
    'Activation ReLU LeakyReLU PReLU ELU Softmax Dropout SpatialDropout2D GaussianNoise GaussianDropout Identity Rescaling ActivityRegularization',
    { role: 'pass' },
  ),
  ...entries('MaxPooling2D MaxPool2D AveragePooling2D AvgPool2D UpSampling2D ZeroPadding2D Cropping2D', {
    role: 'pool',
  }),
  // A depthwise convolution keeps C only where depth_multiplier is 1, so it does not say.
  ...entries('DepthwiseConv2D', { role: 'conv' }),
  ...entries(
    'Flatten Dense GlobalAveragePooling2D GlobalMaxPooling2D Reshape Permute Embedding LSTM GRU Conv1D Conv3D MultiHeadAttention',
    { role: 'flat' },
  ),
  ...entries('Add', { role: 'add' }),
]);

const TFJS = new Map<string, LayerEntry>([
  ...entries('conv2d conv2dTranspose separableConv2d', conv(0, 'filters')),
  ...entries('batchNormalization layerNormalization', NORM),
  ...entries(
    'activation reLU leakyReLU prelu elu softmax thresholdedReLU dropout spatialDropout2d gaussianNoise gaussianDropout',
    {
      role: 'pass',
    },
  ),
  ...entries(
    'maxPooling2d maxPool2d averagePooling2d avgPool2d avgPooling2d upSampling2d zeroPadding2d cropping2D',
    { role: 'pool' },
  ),
  ...entries('depthwiseConv2d', { role: 'conv' }),
  ...entries(
    'flatten dense globalAveragePooling2d globalMaxPooling2d reshape permute embedding lstm gru conv1d conv3d',
    {
      role: 'flat',
    },
  ),
  ...entries('add', { role: 'add' }),
]);

const TABLES: Record<SourceFramework, { prefix: RegExp; table: ReadonlyMap<string, LayerEntry> }> = {
  pytorch: { prefix: /^torch\.nn\.(modules\.\w+\.)?/, table: TORCH },
  keras: { prefix: /^keras\.layers\./, table: KERAS },
  tfjs: { prefix: /^tfjs\.layers\./, table: TFJS },
};

/** The entry of a layer constructor, e.g. `torch.nn.Conv2d`; null for anything unknown. */
export function layerEntry(framework: SourceFramework, path: string): LayerEntry | null {
  if (framework === 'keras' && /^keras\.(models\.)?Sequential$/.test(path)) return { role: 'sequence' };
  if (framework === 'tfjs' && path === 'tfjs.sequential') return { role: 'sequence' };
  const { prefix, table } = TABLES[framework];
  const matched = prefix.exec(path);
  return matched ? (table.get(path.slice(matched[0].length)) ?? null) : null;
}

/** Layers that stochastic-depth packages add; they keep the channels. By the last part of the name. */
export const DROP_LAYERS = /^(DropPath|StochasticDepth|DropBlock2d|drop_path|stochastic_depth)$/;

const PASS_OPERATIONS = new Set(
  (
    'relu relu_ relu6 leaky_relu leaky_relu_ leakyRelu elu elu_ selu celu gelu silu swish mish hardswish hardsigmoid hardtanh sigmoid tanh softplus clamp ' +
    'dropout dropout2d alpha_dropout batch_norm group_norm instance_norm contiguous clone detach float half to ' +
    'max_pool2d avg_pool2d adaptive_avg_pool2d adaptive_max_pool2d interpolate pad maxPool avgPool'
  ).split(' '),
);

/** Whether a function or tensor method of that name keeps the channels of its first tensor. */
export function keepsChannels(name: string): boolean {
  return PASS_OPERATIONS.has(name) || DROP_LAYERS.test(name);
}

/** Names people give an SE block: ours, timm's, torchvision's, and the common ones in repositories. */
export const SE_NAME =
  /^(SE|SE_?(Layer|Module|Block|Unit|Net)|se_?(layer|module|block|unit)|squeeze_?(and_?)?excit\w*)\d*$/i;
