"""Residual networks in Flax linen: layers passed as fields, layers made in setup, a plain stack."""
from functools import partial
from typing import Any, Callable, Sequence

import jax.numpy as jnp
from flax import linen as nn

ModuleDef = Any


class ResidualUnit(nn.Module):
  """Two 3x3 convolutions; the kinds of layers come from the network."""

  filters: int
  conv: ModuleDef
  norm: ModuleDef
  act: Callable
  strides: tuple = (1, 1)

  @nn.compact
  def __call__(self, x):
    residual = x
    y = self.conv(self.filters, (3, 3), self.strides)(x)
    y = self.norm()(y)
    y = self.act(y)
    y = self.conv(self.filters, (3, 3))(y)
    y = self.norm(scale_init=nn.initializers.zeros)(y)

    if residual.shape != y.shape:
      residual = self.conv(self.filters, (1, 1), self.strides, name='conv_proj')(residual)
      residual = self.norm(name='norm_proj')(residual)

    return self.act(residual + y)


class WideUnit(nn.Module):
  features: int

  @nn.compact
  def __call__(self, x, train: bool = True):
    norm = partial(nn.BatchNorm, use_running_average=not train, momentum=0.9)
    conv = partial(nn.Conv, kernel_size=(3, 3), use_bias=False)
    y = conv(features=self.features)(nn.relu(norm()(x)))
    y = conv(features=self.features)(nn.relu(norm()(y)))
    if x.shape[-1] != self.features:
      x = nn.Conv(features=self.features, kernel_size=(1, 1))(x)
    x = x + y
    return x


class SetupUnit(nn.Module):
  features: int = 64

  def setup(self):
    self.conv1 = nn.Conv(self.features, (3, 3), use_bias=False)
    self.norm1 = nn.GroupNorm(num_groups=8)
    self.conv2 = nn.Conv(self.features, (3, 3), use_bias=False)
    self.norm2 = nn.GroupNorm(num_groups=8)

  def __call__(self, x):
    y = nn.relu(self.norm1(self.conv1(x)))
    y = self.norm2(self.conv2(y))
    y += x
    return nn.relu(y)


class Network(nn.Module):
  stage_sizes: Sequence[int]
  num_classes: int
  num_filters: int = 64
  act: Callable = nn.relu
  conv: ModuleDef = nn.Conv

  @nn.compact
  def __call__(self, x, train: bool = True):
    conv = partial(self.conv, use_bias=False)
    norm = partial(nn.BatchNorm, use_running_average=not train, momentum=0.9)
    x = conv(self.num_filters, (7, 7), (2, 2), name='conv_init')(x)
    x = norm(name='bn_init')(x)
    x = nn.relu(x)
    x = nn.max_pool(x, (3, 3), strides=(2, 2), padding='SAME')
    for i, size in enumerate(self.stage_sizes):
      for j in range(size):
        strides = (2, 2) if i > 0 and j == 0 else (1, 1)
        x = ResidualUnit(self.num_filters * 2**i, conv=conv, norm=norm, act=self.act, strides=strides)(x)
    x = jnp.mean(x, axis=(1, 2))
    x = nn.Dense(self.num_classes)(x)
    return x


def small_cnn(num_classes=10):
  return nn.Sequential([
    nn.Conv(features=32, kernel_size=(3, 3)),
    nn.GroupNorm(num_groups=4),
    nn.relu,
    nn.Conv(features=128, kernel_size=(3, 3)),  # wide
    nn.relu,
    lambda x: x.mean(axis=(1, 2)),
    nn.Dense(num_classes),
  ])
