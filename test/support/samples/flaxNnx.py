"""Residual networks in Flax nnx."""
from functools import partial

import jax
import jax.numpy as jnp
from flax import nnx


class Block(nnx.Module):
    """Basic residual block."""

    def __init__(self, in_features: int, out_features: int, stride: int = 1, *, rngs: nnx.Rngs):
        self.conv1 = nnx.Conv(
            in_features, out_features, kernel_size=(3, 3), strides=(stride, stride), use_bias=False, rngs=rngs
        )
        self.bn1 = nnx.BatchNorm(out_features, rngs=rngs)
        self.conv2 = nnx.Conv(out_features, out_features, kernel_size=(3, 3), use_bias=False, rngs=rngs)
        self.bn2 = nnx.BatchNorm(out_features, rngs=rngs)
        self.shortcut = None
        if stride != 1 or in_features != out_features:
            self.shortcut = nnx.Conv(in_features, out_features, (1, 1), (stride, stride), rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        identity = x if self.shortcut is None else self.shortcut(x)
        x = nnx.relu(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        return nnx.relu(x + identity)


class ConvNorm(nnx.Module):
    def __init__(self, channels_in, channels_out, *, keys):
        self.conv = nnx.Conv(channels_in, channels_out, (3, 3), rngs=keys)
        self.norm = nnx.BatchNorm(channels_out, rngs=keys)

    def __call__(self, x):
        return nnx.silu(self.norm(self.conv(x)))


class Stem(nnx.Module):
    def __init__(self, width=32, *, rngs):
        self.first = ConvNorm(3, width, keys=rngs)
        self.second = nnx.Sequential(
            nnx.Conv(width, 2 * width, kernel_size=(3, 3), rngs=rngs),
            nnx.BatchNorm(2 * width, rngs=rngs),
            nnx.relu,
            partial(nnx.max_pool, window_shape=(2, 2), strides=(2, 2)),
            nnx.Conv(2 * width, 96, kernel_size=(3, 3), rngs=rngs),
        )
        self.head = nnx.Linear(96, 10, rngs=rngs)

    def __call__(self, x):
        x = self.first(x)
        x = self.second(x)
        x = jnp.mean(x, axis=(1, 2))
        return self.head(x)


class Unkeyed(nnx.Module):
    def __init__(self, conv):
        self.conv = conv(16, 16)

    def __call__(self, x):
        return self.conv(x)
