"""Flax: modules are data classes, and calling them makes their parts."""
from functools import partial
from typing import Any, Callable, Sequence, Tuple

import jax.numpy as jnp
from flax import linen as nn

ModuleDef = Any


class BottleneckBlock(nn.Module):
    filters: int
    conv: ModuleDef
    norm: ModuleDef
    act: Callable
    strides: Tuple[int, int] = (1, 1)
    expansion: int = 4

    @nn.compact
    def __call__(self, x):
        residual = x
        y = self.conv(self.filters, (1, 1))(x)
        y = self.conv(self.filters, (3, 3), self.strides)(self.act(self.norm()(y)))
        out = self.filters * self.expansion
        y = self.conv(out, (1, 1))(y)
        y = self.norm(scale_init=nn.initializers.zeros_init())(y)
        if residual.shape != y.shape:
            residual = self.conv(out, (1, 1), self.strides, name='conv_proj')(residual)
        return self.act(residual + y)


class Head(nn.Module):
    classes: int

    def setup(self):
        self.dense = nn.Dense(self.classes)

    def __call__(self, x):
        return self.dense(x)


class ResNet(nn.Module):
    stage_sizes: Sequence[int]
    block_cls: ModuleDef
    num_classes: int
    num_filters: int = 64
    act: Callable = nn.relu

    @nn.compact
    def __call__(self, x, train: bool = True):
        conv = partial(nn.Conv, use_bias=False)
        norm = partial(nn.BatchNorm, use_running_average=not train, momentum=0.9)
        x = conv(self.num_filters, (7, 7), (2, 2), name='conv_init')(x)
        for i, block_size in enumerate(self.stage_sizes):
            for j in range(block_size):
                strides = (2, 2) if i > 0 and j == 0 else (1, 1)
                x = self.block_cls(self.num_filters * 2 ** i, strides=strides, conv=conv, norm=norm, act=self.act)(x)
        return Head(self.num_classes, name='head')(jnp.mean(x, axis=(1, 2)))


ResNet26 = partial(ResNet, stage_sizes=[2, 2, 2, 2], block_cls=BottleneckBlock)
ResNet50 = partial(ResNet, stage_sizes=[3, 4, 6, 3], block_cls=BottleneckBlock)


def wide(num_classes=10):
    return ResNet([1, 1], BottleneckBlock, num_classes, num_filters=128)
