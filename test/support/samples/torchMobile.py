"""Mobile networks: the file's own ConvBNReLU, inverted residuals, torchvision's building blocks."""
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F
from torchvision.ops import StochasticDepth
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation


class ConvBNReLU(nn.Sequential):
    def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1):
        padding = (kernel_size - 1) // 2
        super(ConvBNReLU, self).__init__(
            nn.Conv2d(in_planes, out_planes, kernel_size, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(out_planes),
            nn.ReLU6(inplace=True),
        )


class DoubleConv(nn.Module):
    def __init__(self, channels, width=None, expansion=2):
        super().__init__()
        self.reduce = nn.Conv2d(channels, 48, 1)
        self.norm = nn.BatchNorm2d(48)
        self.expand = nn.Conv2d(48, width, 3, padding=1)

    def forward(self, x):
        return F.silu(self.expand(F.silu(self.norm(self.reduce(x)))))


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio):
        super().__init__()
        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        self.expand = ConvBNReLU(inp, hidden_dim, kernel_size=1)
        self.depthwise = ConvBNReLU(hidden_dim, hidden_dim, stride=stride, groups=hidden_dim)
        self.project = nn.Conv2d(hidden_dim, oup, 1, bias=False)
        self.norm = nn.BatchNorm2d(oup)

    def forward(self, x):
        out = self.norm(self.project(self.depthwise(self.expand(x))))
        if self.use_res_connect:
            out = out + x
        return out


class FusedBlock(nn.Module):
    def __init__(self, channels, drop=0.1, norm_layer=None):
        super().__init__()
        if norm_layer is None:
            norm_layer = partial(nn.BatchNorm2d, eps=1e-3, momentum=0.01)
        self.fused = Conv2dNormActivation(channels, 4 * channels, kernel_size=3, norm_layer=norm_layer)
        self.project = Conv2dNormActivation(4 * channels, channels, kernel_size=1, norm_layer=norm_layer)
        self.stochastic_depth = StochasticDepth(drop, 'row')

    def forward(self, x):
        y = self.project(self.fused(x))
        y = self.stochastic_depth(y)
        return x + y


class WithSe(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = Conv2dNormActivation(channels, channels)
        self.attention = SqueezeExcitation(channels, channels // 4)

    def forward(self, x):
        return x + self.attention(self.conv(x))


class Stack(nn.Module):
    def __init__(self, factor=2):
        super().__init__()
        self.entry = DoubleConv(3, width=64)
        self.up = nn.PixelShuffle(factor)
        self.lazy = nn.LazyConv2d(72, 3)
        self.features = nn.Sequential(
            ConvBNReLU(72, 80),
            nn.Mish(),
            nn.PixelShuffle(2),
            nn.Conv2d(20, 96, 3),
            nn.Mish(),
        )

    def forward(self, x):
        x = self.entry(x)
        x = self.up(x)
        x = F.mish(self.lazy(x))
        return self.features(x)
