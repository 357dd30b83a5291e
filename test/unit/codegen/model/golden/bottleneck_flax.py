"""SE-ResNet-50, pre: a residual network with squeeze-and-excitation (SE) blocks, in Flax (linen).

Written by SE Playground from a model definition. Papers: He et al., "Deep Residual Learning for
Image Recognition" (arXiv 1512.03385), table 1, depth 50; Hu et al., "Squeeze-and-Excitation
Networks" (arXiv 1709.01507 v4).

Where it departs from them:
- The stride of a bottleneck is in its 3x3 convolution; He et al. have it in the first 1x1.
- Padding is by TensorFlow's rule "same": with stride 2, an even size gets its odd zero after the
  last row and column.
- The SE layers have no biases, as in the paper's ablations.
- The squeeze takes the maximum, not the mean (Table 11).
- The gate is the hard sigmoid, relu6(x + 3) / 6, of MobileNetV3 (arXiv 1905.02244).
- The SE blocks sit before the convolutions of their units (Table 14).

Images of 224 x 224 x 3 to 1000 logits: 27,548,200 parameters, 1,991,168 of them in SE blocks (r =
16); 4,102,427,968 multiply-adds an image.
"""
from functools import partial
from typing import Optional

import jax
import jax.numpy as jnp
from flax import linen as nn

# He et al. (arXiv 1502.01852) before a ReLU, Glorot and Bengio (2010) elsewhere.
he_fan_in = nn.initializers.variance_scaling(2.0, "fan_in", "normal")
he_fan_out = nn.initializers.variance_scaling(2.0, "fan_out", "normal")
glorot_uniform = nn.initializers.glorot_uniform()

Conv = partial(nn.Conv, padding="SAME", use_bias=False, kernel_init=he_fan_out)
BatchNorm = partial(nn.BatchNorm, momentum=0.9, epsilon=1e-5)

# Residual blocks of each stage; the first block has the strides and, for other channels, other hidden units.
STAGES = (
    dict(width=64, blocks=3, strides=1, first_hidden=4, hidden=16),
    dict(width=128, blocks=4, strides=2, first_hidden=16, hidden=32),
    dict(width=256, blocks=6, strides=2, first_hidden=32, hidden=64),
    dict(width=512, blocks=3, strides=2, first_hidden=64, hidden=128),
)


class SqueezeExcite(nn.Module):
    """Squeeze-and-excitation (Hu et al., section 3): scales each channel by a gate that all decide."""

    hidden: int

    @nn.compact
    def __call__(self, x):
        z = x.max(axis=(1, 2))  # squeeze: [N, H, W, C] -> [N, C]
        z = nn.Dense(self.hidden, use_bias=False, kernel_init=he_fan_in, name="fc1")(z)
        z = nn.Dense(x.shape[-1], use_bias=False, kernel_init=glorot_uniform, name="fc2")(nn.relu(z))
        s = nn.hard_sigmoid(z)  # excitation: C -> hidden -> C
        self.sow("intermediates", "gates", s)  # to be seen with apply(..., mutable=["intermediates"])
        return x * s[:, None, None, :]


class Bottleneck(nn.Module):
    """A 1x1, a 3x3 and a 1x1 convolution and a shortcut around them."""

    width: int
    strides: int = 1
    hidden: Optional[int] = None

    @nn.compact
    def __call__(self, x, train):
        norm = partial(BatchNorm, use_running_average=not train)
        channels = self.width * 4
        out = x
        if self.hidden:
            out = SqueezeExcite(self.hidden, name="se")(out)
        out = nn.relu(norm(name="bn1")(Conv(self.width, (1, 1), name="conv1")(out)))
        out = nn.relu(norm(name="bn2")(Conv(self.width, (3, 3), self.strides, name="conv2")(out)))
        out = norm(name="bn3")(Conv(channels, (1, 1), name="conv3")(out))
        shortcut = x
        if self.strides != 1 or x.shape[-1] != channels:
            shortcut = Conv(channels, (1, 1), self.strides, name="downsample_conv")(x)
            shortcut = norm(name="downsample_bn")(shortcut)
        return nn.relu(out + shortcut)


class ResNet(nn.Module):
    """Images [N, 224, 224, 3] to logits [N, 1000].

    To train: apply(variables, images, train=True, mutable=["batch_stats"]).
    """

    @nn.compact
    def __call__(self, x, train=False):
        x = Conv(64, (7, 7), 2, name="conv1")(x)
        x = nn.relu(BatchNorm(use_running_average=not train, name="bn1")(x))
        x = nn.max_pool(x, (3, 3), strides=(2, 2), padding="SAME")
        for number, stage in enumerate(STAGES, start=1):
            for index in range(stage["blocks"]):
                strides = stage["strides"] if index == 0 else 1
                hidden = stage["first_hidden"] if index == 0 else stage["hidden"]
                name = f"layer{number}_{index}"
                x = Bottleneck(stage["width"], strides, hidden, name=name)(x, train)
        return nn.Dense(1000, kernel_init=glorot_uniform, name="fc")(x.mean(axis=(1, 2)))


if __name__ == "__main__":
    variables = ResNet().init(jax.random.PRNGKey(0), jnp.zeros((1, 224, 224, 3)))
    print(f"{sum(leaf.size for leaf in jax.tree_util.tree_leaves(variables['params'])):,} parameters")
