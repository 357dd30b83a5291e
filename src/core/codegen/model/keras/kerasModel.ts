/** Keras 3: a functional model, channels last. Layers are named by the Graph's node ids with underscores for dots. */
import { compileModel } from '../../../model/compileModel';
import type { ModelSpec } from '../../../model/modelSpec';
import { describeModel } from '../description';
import type { GeneratedSource } from '../generatedSource';
import { firstHiddenDiffers, outlineOf, type Outline } from '../outline';
import { lines, shortNumber } from '../sourceLines';
import { snakeName } from '../sourceNames';
import { kerasSqueezeExcite } from './squeezeExcite';

export function kerasModel(spec: ModelSpec): GeneratedSource {
  const outline = outlineOf(compileModel(spec));
  const name = snakeName(spec.name);
  const { epsilon, momentum } = outline.batchNorm;
  const text = `"""${describeModel(spec, 'Keras 3')}
"""
import keras
from keras import initializers, layers


def he_normal(mode):
    """He et al. (arXiv 1502.01852). A new one for every layer: an initializer of Keras repeats its values."""
    return initializers.VarianceScaling(scale=2.0, mode=mode, distribution="untruncated_normal")

${outline.se ? `\n${kerasSqueezeExcite(outline.se)}\n\n` : ''}
def conv_bn(x, filters, kernel_size, strides, conv_name, bn_name):
    """Convolution without bias, then batch norm."""
    x = layers.Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer=he_normal("fan_out"),
        name=conv_name,
    )(x)
    return layers.BatchNormalization(momentum=${momentum}, epsilon=${shortNumber(epsilon)}, name=bn_name)(x)


${residualBlock(outline)}


${stageFunction(outline)}


${buildModel(outline, name)}


if __name__ == "__main__":
    build_model().summary()
`;
  return { fileName: `${name}_keras.py`, languageId: 'python', text };
}

function residualBlock({ unit, se }: Outline): string {
  const start = se?.place === 'pre' ? 'out' : 'x';
  const convolutions =
    unit.kind === 'basic'
      ? [
          `    out = conv_bn(${start}, width, 3, strides, f"{name}_conv1", f"{name}_bn1")`,
          '    out = layers.ReLU(name=f"{name}_relu1")(out)',
          '    out = conv_bn(out, channels, 3, 1, f"{name}_conv2", f"{name}_bn2")',
        ]
      : [
          `    out = conv_bn(${start}, width, 1, 1, f"{name}_conv1", f"{name}_bn1")`,
          '    out = layers.ReLU(name=f"{name}_relu1")(out)',
          '    out = conv_bn(out, width, 3, strides, f"{name}_conv2", f"{name}_bn2")',
          '    out = layers.ReLU(name=f"{name}_relu2")(out)',
          '    out = conv_bn(out, channels, 1, 1, f"{name}_conv3", f"{name}_bn3")',
        ];
  const gated = (value: string, from = value): string =>
    lines('    if hidden:', `        ${value} = SqueezeExcite(hidden, name=f"{name}_se")(${from})`);
  return lines(
    `def residual_block(x, width, strides, ${se ? 'hidden, ' : ''}name):`,
    `    """${unit.kind === 'basic' ? 'Two 3x3 convolutions' : 'A 1x1, a 3x3 and a 1x1 convolution'} and a shortcut around them."""`,
    `    channels = width${unit.expansion === 1 ? '' : ` * ${unit.expansion}`}`,
    se?.place === 'pre' && `    out = x\n${gated('out')}`,
    ...convolutions,
    se?.place === 'standard' && gated('out'),
    '    shortcut = x',
    '    if strides != 1 or x.shape[-1] != channels:',
    '        shortcut = conv_bn(',
    '            x, channels, 1, strides, f"{name}_downsample_conv", f"{name}_downsample_bn"',
    '        )',
    se?.place === 'identity' && gated('shortcut'),
    '    out = layers.Add(name=f"{name}_add")([out, shortcut])',
    se?.place === 'post' && '    out = layers.ReLU(name=f"{name}_relu")(out)',
    se?.place === 'post' && gated('out'),
    se?.place === 'post' ? '    return out' : '    return layers.ReLU(name=f"{name}_relu")(out)',
  );
}

function stageFunction(outline: Outline): string {
  const { se } = outline;
  const first = firstHiddenDiffers(outline);
  const hidden = se ? `${first ? ', first_hidden=None' : ''}, hidden=None` : '';
  const firstHidden = se ? `${first ? 'first_hidden' : 'hidden'}, ` : '';
  return lines(
    `def stage(x, name, width, blocks, strides=1${hidden}):`,
    '    """Residual blocks; the first one changes the size and the channels."""',
    `    x = residual_block(x, width, strides, ${firstHidden}f"{name}_0")`,
    '    for index in range(1, blocks):',
    `        x = residual_block(x, width, 1, ${se ? 'hidden, ' : ''}f"{name}_{index}")`,
    '    return x',
  );
}

function buildModel(outline: Outline, name: string): string {
  const { input, stem, stages, classes } = outline;
  const first = firstHiddenDiffers(outline);
  return lines(
    'def build_model():',
    `    """Images [N, ${input.height}, ${input.width}, ${input.channels}] to logits [N, ${classes}]: train with from_logits=True."""`,
    `    inputs = keras.Input(shape=(${input.height}, ${input.width}, ${input.channels}))`,
    `    x = conv_bn(inputs, ${stem.filters}, ${stem.kernel}, ${stem.stride}, "conv1", "bn1")`,
    '    x = layers.ReLU(name="relu1")(x)',
    stem.pool &&
      `    x = layers.MaxPooling2D(${stem.pool.kernel}, strides=${stem.pool.stride}, padding="same", name="maxpool")(x)`,
    ...stages.map(({ number, width, units, stride, hidden }) => {
      const options = [`width=${width}`, `blocks=${units}`];
      if (stride !== 1) options.push(`strides=${stride}`);
      if (hidden && first) options.push(`first_hidden=${hidden.first}`);
      if (hidden) options.push(`hidden=${hidden.rest}`);
      return `    x = stage(x, "layer${number}", ${options.join(', ')})`;
    }),
    '    x = layers.GlobalAveragePooling2D(name="avgpool")(x)',
    `    outputs = layers.Dense(${classes}, kernel_initializer="glorot_uniform", name="fc")(x)`,
    `    return keras.Model(inputs, outputs, name="${name}")`,
  );
}
