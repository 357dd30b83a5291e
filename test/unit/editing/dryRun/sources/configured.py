"""Networks from configuration objects: data classes, enumerations, class methods, ModuleList, deep copies, generators."""
import copy
import itertools
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple, Optional, Sequence, Tuple

import torch
from torch import nn


class Activation(Enum):
    RELU = 'relu'
    SILU = 'silu'


class StageConfig(NamedTuple):
    channels: int
    depth: int
    kernel: int = 3


@dataclass
class NetConfig:
    stages: Tuple[StageConfig, ...]
    stem: int = 32
    expansion: float = 4
    activation: Activation = Activation.RELU
    drop_rates: Sequence[float] = field(default_factory=lambda: [0.0, 0.1])
    head: Optional[int] = None

    def __post_init__(self):
        self.width = max(stage.channels for stage in self.stages)

    @property
    def depth(self) -> int:
        return sum(stage.depth for stage in self.stages)

    @classmethod
    def tiny(cls, **overrides):
        return replace(cls(stages=(StageConfig(48, 1), StageConfig(96, 2), StageConfig(192, 3, kernel=5))), **overrides)


class Block(nn.Module):
    def __init__(self, dim, config: NetConfig, drop_path=0.0, kernel=3, layer_scale=1e-6):
        super().__init__()
        hidden = int(dim * config.expansion)
        self.dwconv = nn.Conv2d(dim, dim, kernel_size=kernel, padding=kernel // 2, groups=dim)
        self.pwconv1 = nn.Linear(dim, hidden)
        self.act = {Activation.RELU: nn.ReLU, Activation.SILU: nn.SiLU}[config.activation]()
        self.pwconv2 = nn.Linear(hidden, dim)
        self.gamma = nn.Parameter(layer_scale * torch.ones(dim)) if layer_scale > 0 else None
        self.drop_path = drop_path


class Net(nn.Module):
    def __init__(self, config: Optional[NetConfig] = None):
        super().__init__()
        config = config or NetConfig.tiny()
        self.downsample_layers = nn.ModuleList()
        dims = [stage.channels for stage in config.stages]
        stem = nn.Sequential(nn.Conv2d(3, dims[0], kernel_size=4, stride=4), nn.GroupNorm(1, dims[0]))
        self.downsample_layers.append(stem)
        for before, after in zip(dims[:-1], dims[1:]):
            self.downsample_layers.append(nn.Sequential(nn.GroupNorm(1, before), nn.Conv2d(before, after, 2, 2)))
        self.stages = nn.ModuleList()
        rates = [x.item() for x in torch.linspace(0, 0.2, config.depth)]
        cur = 0
        for dim, depth, kernel in config.stages:
            self.stages.append(nn.Sequential(
                *[Block(dim, config, drop_path=rates[cur + j], kernel=kernel) for j in range(depth)]))
            cur += depth
        self.head = nn.Linear(dims[-1], config.head or 10)


class Cloned(nn.Module):
    """Copies of one block, and blocks that a generator makes."""

    def __init__(self, copies=3):
        super().__init__()
        config = NetConfig.tiny(expansion=2.5, activation=Activation('silu'))
        template = Block(24, config)
        self.first = nn.ModuleList([copy.deepcopy(template) for _ in range(copies)])
        self.second = nn.ModuleDict({name: block for name, block in self._named_blocks(config)})
        self.shared = self.first[0]
        self.third = nn.Sequential(*itertools.chain(self.first[1:], [Block(8, config)]))
        del self.second['b']

    def _named_blocks(self, config):
        for index, name in enumerate('abc', 1):
            yield name, Block(8 * index, config)


def net_silu():
    return Net(NetConfig.tiny(activation=Activation.SILU, expansion=6))


def net_wide(factor: float = 1.5):
    base = NetConfig.tiny()
    stages = tuple(stage._replace(channels=int(stage.channels * factor)) for stage in base.stages)
    return Net(NetConfig(stages, stem=base.stem))
