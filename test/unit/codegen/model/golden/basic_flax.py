"""SE-ResNet-8, quick: a residual network with squeeze-and-excitation (SE) blocks, in Flax (linen).

Written by SE Playground from a model definition. Papers: He et al., "Deep Residual Learning for
Image Recognition" (arXiv 1512.03385), section 4.2, depth 8; Hu et al., "Squeeze-and-Excitation
Networks" (arXiv 1709.01507 v4).

Where it departs from them:
- Where a unit changes the shape, the shortcut is a projection (1x1 convolution, batch norm); He et
  al. pad with zeros on CIFAR-10.
- Padding is by TensorFlow's rule "same": with stride 2, an even size gets its odd zero after the
  last row and column.

Images of 32 x 32 x 3 to 10 logits: 80,870 parameters, 2,828 of them in SE blocks (r = 4);
12,561,776 multiply-adds an image.
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

# Residual blocks of each stage; the first block has the strides.
STAGES = (
    dict(width=16, blocks=1, strides=1, hidden=4),
    dict(width=32, blocks=1, strides=2, hidden=8),
    dict(width=64, blocks=1, strides=2, hidden=16),
)


class SqueezeExcite(nn.Module):
    """Squeeze-and-excitation (Hu et al., section 3): scales each channel by a gate that all decide."""

    hidden: int

    @nn.compact
    def __call__(self, x):
        z = x.mean(axis=(1, 2))  # squeeze: [N, H, W, C] -> [N, C]
        z = nn.Dense(self.hidden, use_bias=True, kernel_init=he_fan_in, name="fc1")(z)
        z = nn.Dense(x.shape[-1], use_bias=True, kernel_init=glorot_uniform, name="fc2")(nn.relu(z))
        s = nn.sigmoid(z)  # excitation: C -> hidden -> C
        self.sow("intermediates", "gates", s)  # to be seen with apply(..., mutable=["intermediates"])
        return x * s[:, None, None, :]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut around them."""

    width: int
    strides: int = 1
    hidden: Optional[int] = None

    @nn.compact
    def __call__(self, x, train):
        norm = partial(BatchNorm, use_running_average=not train)
        channels = self.width
        out = nn.relu(norm(name="bn1")(Conv(self.width, (3, 3), self.strides, name="conv1")(x)))
        out = norm(name="bn2")(Conv(channels, (3, 3), name="conv2")(out))
        if self.hidden:
            out = SqueezeExcite(self.hidden, name="se")(out)
        shortcut = x
        if self.strides != 1 or x.shape[-1] != channels:
            shortcut = Conv(channels, (1, 1), self.strides, name="downsample_conv")(x)
            shortcut = norm(name="downsample_bn")(shortcut)
        return nn.relu(out + shortcut)


class ResNet(nn.Module):
    """Images [N, 32, 32, 3] to logits [N, 10].

    To train: apply(variables, images, train=True, mutable=["batch_stats"]).
    """

    @nn.compact
    def __call__(self, x, train=False):
        x = Conv(16, (3, 3), name="conv1")(x)
        x = nn.relu(BatchNorm(use_running_average=not train, name="bn1")(x))
        for number, stage in enumerate(STAGES, start=1):
            for index in range(stage["blocks"]):
                strides = stage["strides"] if index == 0 else 1
                hidden = stage["hidden"]
                name = f"layer{number}_{index}"
                x = BasicBlock(stage["width"], strides, hidden, name=name)(x, train)
        return nn.Dense(10, kernel_init=glorot_uniform, name="fc")(x.mean(axis=(1, 2)))


if __name__ == "__main__":
    variables = ResNet().init(jax.random.PRNGKey(0), jnp.zeros((1, 32, 32, 3)))
    print(f"{sum(leaf.size for leaf in jax.tree_util.tree_leaves(variables['params'])):,} parameters")
