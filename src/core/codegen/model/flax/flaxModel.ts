/** Flax (linen): modules, channels last. Submodules are named by the Graph's node ids with underscores for dots. */
import { compileModel } from '../../../model/compileModel';
import type { Gate, ModelSpec } from '../../../model/modelSpec';
import { describeModel } from '../description';
import type { GeneratedSource } from '../generatedSource';
import { firstHiddenDiffers, outlineOf, type Outline, type StageOutline } from '../outline';
import { lines, shortNumber } from '../sourceLines';
import { snakeName } from '../sourceNames';

export function flaxModel(spec: ModelSpec): GeneratedSource {
  const outline = outlineOf(compileModel(spec));
  const { input, batchNorm } = outline;
  const image = `${input.height}, ${input.width}, ${input.channels}`;
  const text = `"""${describeModel(spec, 'Flax (linen)')}
"""
from functools import partial
${outline.se ? 'from typing import Optional\n' : ''}
import jax
import jax.numpy as jnp
from flax import linen as nn

# He et al. (arXiv 1502.01852) before a ReLU, Glorot and Bengio (2010) elsewhere.
${outline.se ? 'he_fan_in = nn.initializers.variance_scaling(2.0, "fan_in", "normal")\n' : ''}he_fan_out = nn.initializers.variance_scaling(2.0, "fan_out", "normal")
glorot_uniform = nn.initializers.glorot_uniform()

Conv = partial(nn.Conv, padding="SAME", use_bias=False, kernel_init=he_fan_out)
BatchNorm = partial(nn.BatchNorm, momentum=${batchNorm.momentum}, epsilon=${shortNumber(batchNorm.epsilon)})

${stageTable(outline)}
${outline.se ? `\n\n${squeezeExciteModule(outline.se)}\n` : ''}

${blockModule(outline)}


${networkModule(outline)}


if __name__ == "__main__":
    variables = ResNet().init(jax.random.PRNGKey(0), jnp.zeros((1, ${image})))
    print(f"{sum(leaf.size for leaf in jax.tree_util.tree_leaves(variables['params'])):,} parameters")
`;
  return { fileName: `${snakeName(spec.name)}_flax.py`, languageId: 'python', text };
}

function stageTable(outline: Outline): string {
  const { stages, se } = outline;
  const first = firstHiddenDiffers(outline);
  const row = ({ width, units, stride, hidden }: StageOutline) => {
    const fields = [`width=${width}`, `blocks=${units}`, `strides=${stride}`];
    if (se && first) fields.push(`first_hidden=${hidden?.first ?? 'None'}`);
    if (se) fields.push(`hidden=${hidden?.rest ?? 'None'}`);
    return `    dict(${fields.join(', ')}),`;
  };
  return lines(
    '# Residual blocks of each stage; the first block has the strides' +
      (first ? ' and, for other channels, other hidden units.' : '.'),
    'STAGES = (',
    ...stages.map(row),
    ')',
  );
}

const GATE: Readonly<Record<Gate, string>> = {
  sigmoid: 'sigmoid',
  'hard-sigmoid': 'hard_sigmoid',
  tanh: 'tanh',
  relu: 'relu',
};

function squeezeExciteModule({ squeeze, gate, bias }: NonNullable<Outline['se']>): string {
  const hasBias = bias ? 'True' : 'False';
  return `class SqueezeExcite(nn.Module):
    """Squeeze-and-excitation (Hu et al., section 3): scales each channel by a gate that all decide."""

    hidden: int

    @nn.compact
    def __call__(self, x):
        z = x.${squeeze === 'avg' ? 'mean' : 'max'}(axis=(1, 2))  # squeeze: [N, H, W, C] -> [N, C]
        z = nn.Dense(self.hidden, use_bias=${hasBias}, kernel_init=he_fan_in, name="fc1")(z)
        z = nn.Dense(x.shape[-1], use_bias=${hasBias}, kernel_init=glorot_uniform, name="fc2")(nn.relu(z))
        s = nn.${GATE[gate]}(z)  # excitation: C -> hidden -> C
        self.sow("intermediates", "gates", s)  # to be seen with apply(..., mutable=["intermediates"])
        return x * s[:, None, None, :]`;
}

function blockModule({ unit, se }: Outline): string {
  const gated = (name: string, from = name): string =>
    lines('        if self.hidden:', `            ${name} = SqueezeExcite(self.hidden, name="se")(${from})`);
  const basic = unit.kind === 'basic';
  const start = se?.place === 'pre' ? 'out' : 'x';
  const convolutions = basic
    ? [
        `        out = nn.relu(norm(name="bn1")(Conv(self.width, (3, 3), self.strides, name="conv1")(${start})))`,
        '        out = norm(name="bn2")(Conv(channels, (3, 3), name="conv2")(out))',
      ]
    : [
        `        out = nn.relu(norm(name="bn1")(Conv(self.width, (1, 1), name="conv1")(${start})))`,
        '        out = nn.relu(norm(name="bn2")(Conv(self.width, (3, 3), self.strides, name="conv2")(out)))',
        '        out = norm(name="bn3")(Conv(channels, (1, 1), name="conv3")(out))',
      ];
  return lines(
    `class ${basic ? 'BasicBlock' : 'Bottleneck'}(nn.Module):`,
    `    """${basic ? 'Two 3x3 convolutions' : 'A 1x1, a 3x3 and a 1x1 convolution'} and a shortcut around them."""`,
    '',
    '    width: int',
    '    strides: int = 1',
    se && '    hidden: Optional[int] = None',
    '',
    '    @nn.compact',
    '    def __call__(self, x, train):',
    '        norm = partial(BatchNorm, use_running_average=not train)',
    `        channels = self.width${unit.expansion === 1 ? '' : ` * ${unit.expansion}`}`,
    se?.place === 'pre' && `        out = x\n${gated('out')}`,
    ...convolutions,
    se?.place === 'standard' && gated('out'),
    '        shortcut = x',
    '        if self.strides != 1 or x.shape[-1] != channels:',
    '            shortcut = Conv(channels, (1, 1), self.strides, name="downsample_conv")(x)',
    '            shortcut = norm(name="downsample_bn")(shortcut)',
    se?.place === 'identity' && gated('shortcut'),
    se?.place === 'post' ? '        out = nn.relu(out + shortcut)' : '        return nn.relu(out + shortcut)',
    se?.place === 'post' && `${gated('out')}\n        return out`,
  );
}

function networkModule(outline: Outline): string {
  const { input, stem, unit, se, classes } = outline;
  const block = unit.kind === 'basic' ? 'BasicBlock' : 'Bottleneck';
  const first = firstHiddenDiffers(outline);
  const square = (size: number) => `(${size}, ${size})`;
  const strides = stem.stride === 1 ? '' : `, ${stem.stride}`;
  return lines(
    'class ResNet(nn.Module):',
    `    """Images [N, ${input.height}, ${input.width}, ${input.channels}] to logits [N, ${classes}].`,
    '',
    '    To train: apply(variables, images, train=True, mutable=["batch_stats"]).',
    '    """',
    '',
    '    @nn.compact',
    '    def __call__(self, x, train=False):',
    `        x = Conv(${stem.filters}, ${square(stem.kernel)}${strides}, name="conv1")(x)`,
    '        x = nn.relu(BatchNorm(use_running_average=not train, name="bn1")(x))',
    stem.pool &&
      `        x = nn.max_pool(x, ${square(stem.pool.kernel)}, strides=${square(stem.pool.stride)}, padding="SAME")`,
    '        for number, stage in enumerate(STAGES, start=1):',
    '            for index in range(stage["blocks"]):',
    '                strides = stage["strides"] if index == 0 else 1',
    first && '                hidden = stage["first_hidden"] if index == 0 else stage["hidden"]',
    se && !first && '                hidden = stage["hidden"]',
    '                name = f"layer{number}_{index}"',
    `                x = ${block}(stage["width"], strides${se ? ', hidden' : ''}, name=name)(x, train)`,
    `        return nn.Dense(${classes}, kernel_init=glorot_uniform, name="fc")(x.mean(axis=(1, 2)))`,
  );
}
