"""Layers that come as parameters, attributes, partials and from timm's factories."""
from functools import partial
from typing import Callable, Optional, Type

import torch.nn as nn
from timm.layers import BatchNormAct2d, ConvNormAct, DropPath, create_attn, create_conv2d, get_norm_act_layer

Conv3x3 = partial(nn.Conv2d, kernel_size=3, padding=1, bias=False)
Norm = nn.BatchNorm2d


class TimmBasic(nn.Module):
    def __init__(self, inplanes, planes, act_layer=nn.ReLU, norm_layer=nn.BatchNorm2d, drop_path=None, aa_layer=None):
        super().__init__()
        self.conv1 = create_conv2d(inplanes, planes, 3)
        self.bn1 = norm_layer(planes)
        self.act1 = act_layer(inplace=True)
        self.conv2 = create_conv2d(planes, planes, 3)
        self.bn2 = norm_layer(planes)
        self.drop_path = DropPath(0.1)
        self.act2 = act_layer(inplace=True)

    def forward(self, x):
        shortcut = x
        x = self.act1(self.bn1(self.conv1(x)))
        x = self.bn2(self.conv2(x))
        if self.drop_path is not None:
            x = self.drop_path(x)
        x += shortcut
        return self.act2(x)


class TimmAttention(nn.Module):
    def __init__(self, chs, attn_layer='se', norm_layer=nn.BatchNorm2d, act_layer=nn.SiLU):
        super().__init__()
        norm_act_layer = get_norm_act_layer(norm_layer, act_layer)
        self.conv = create_conv2d(chs, chs, 3)
        self.bn = norm_act_layer(chs)
        self.attn = create_attn(attn_layer, chs)

    def forward(self, x):
        return x + self.attn(self.bn(self.conv(x)))


class NormActUnit(nn.Module):
    def __init__(self, in_chs, out_chs, norm_layer=BatchNormAct2d):
        super().__init__()
        norm_act_layer = get_norm_act_layer(norm_layer, nn.SiLU)
        self.pw = ConvNormAct(in_chs, out_chs, 1)
        self.dw = create_conv2d(out_chs, out_chs, 3, groups=out_chs)
        self.bn = norm_act_layer(out_chs)

    def forward(self, x):
        y = self.bn(self.dw(self.pw(x)))
        return x + y


class Unbound(nn.Module):
    def __init__(self, inp, oup, conv_layer, norm_layer: Callable[..., nn.Module], act_layer: Type[nn.Module]):
        super().__init__()
        self.body = nn.Sequential(
            conv_layer(inp, 2 * inp, 1),
            act_layer(),
            conv_layer(2 * inp, oup, 3),
            norm_layer(oup),
            act_layer(inplace=True),
        )

    def forward(self, x):
        return x + self.body(x)


class Net(nn.Module):
    def __init__(self, width, norm_layer: Optional[Callable] = None):
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        self._norm_layer = norm_layer
        self.inplanes = width
        self.conv = Conv3x3(width, 2 * width)
        self.bn = self._norm_layer(2 * width)
        self.other = Norm(2 * width)
        self.layer1 = self._make_layer(width, 3)

    def _make_layer(self, planes, blocks):
        norm_layer = self._norm_layer
        layers = []
        for _ in range(blocks):
            layers.append(Conv3x3(planes, planes))
            layers.append(norm_layer(planes))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.bn(self.conv(x))
        return self.layer1(x)
