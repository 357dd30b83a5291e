# Building blocks of a one-stage detector: everything is made of one Conv class
import math

import torch
import torch.nn as nn


def autopad(k, p=None):  # kernel, padding
    if p is None:
        p = k // 2 if isinstance(k, int) else [x // 2 for x in k]  # auto-pad
    return p


class Conv(nn.Module):
    # Standard convolution: convolution, normalisation, activation
    def __init__(self, c1, c2, k=1, s=1, p=None, g=1, act=True):  # ch_in, ch_out, kernel, stride, padding, groups
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, autopad(k, p), groups=g, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = nn.SiLU() if act is True else (act if isinstance(act, nn.Module) else nn.Identity())

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class DWConv(Conv):
    # Depth-wise convolution
    def __init__(self, c1, c2, k=1, s=1, act=True):
        super().__init__(c1, c2, k, s, g=math.gcd(c1, c2), act=act)


class ResUnit(nn.Module):
    # Two convolutions and a shortcut, as in DarkNet-53
    def __init__(self, channels):
        super().__init__()
        self.reduce = Conv(channels, channels // 2, 1)
        self.expand = Conv(channels // 2, channels, 3)

    def forward(self, x):
        return x + self.expand(self.reduce(x))


class Bottleneck(nn.Module):
    # Standard bottleneck; the shortcut is optional
    def __init__(self, c1, c2, shortcut=True, g=1, e=0.5):
        super().__init__()
        c_ = int(c2 * e)  # hidden channels
        self.cv1 = Conv(c1, c_, 1, 1)
        self.cv2 = Conv(c_, c2, 3, 1, g=g)
        self.add = shortcut and c1 == c2

    def forward(self, x):
        return x + self.cv2(self.cv1(x)) if self.add else self.cv2(self.cv1(x))


class CSPBlock(nn.Module):
    # Cross stage partial: one half goes through the bottlenecks
    def __init__(self, c1, c2, n=1, shortcut=True, g=1, e=0.5):
        super().__init__()
        c_ = int(c2 * e)  # hidden channels
        self.cv1 = Conv(c1, c_, 1, 1)
        self.cv2 = Conv(c1, c_, 1, 1)
        self.cv3 = Conv(2 * c_, c2, 1)
        self.m = nn.Sequential(*(Bottleneck(c_, c_, shortcut, g, e=1.0) for _ in range(n)))

    def forward(self, x):
        return self.cv3(torch.cat((self.m(self.cv1(x)), self.cv2(x)), 1))


class SmallBackbone(nn.Module):
    def __init__(self, num_classes=10, width=16):
        super().__init__()
        self.stem = Conv(3, width, 3, 2)
        self.stage1 = nn.Sequential(Conv(width, width * 2, 3, 2), ResUnit(width * 2))
        self.stage2 = nn.Sequential(DWConv(width * 2, width * 4, 3, 2), CSPBlock(width * 4, width * 4, 2))
        self.no_skip = Bottleneck(width * 4, width * 2)
        self.head = nn.Linear(width * 2, num_classes)

    def forward(self, x):
        x = self.stem(x)
        x = self.stage1(x)
        x = self.stage2(x)
        x = self.no_skip(x)
        return self.head(x.mean((2, 3)))
