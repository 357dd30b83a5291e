"""Blocks without a telling name, made in a list, by a helper, and inside the unit itself."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class CALayer(nn.Module):
    """Channel attention; nothing in its name says what it does."""

    def __init__(self, channel, reduction=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.body = nn.Sequential(
            nn.Conv2d(channel, channel // reduction, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(channel // reduction, channel, 1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        y = self.body(self.pool(x))
        return x * y


def attention(kind, channels):
    if kind == "ca":
        return CALayer(channels)
    return nn.Identity()


class Group(nn.Module):
    def __init__(self, channels, units):
        super().__init__()
        body = []
        for _ in range(units):
            body.append(nn.Conv2d(channels, channels, 3, padding=1))
            body.append(nn.ReLU(True))
            body.append(CALayer(channels))
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return x + self.body(x)


class Helped(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.attn = attention("ca", channels)

    def forward(self, x):
        return F.relu(x + self.attn(self.conv(x)))


class Gated(nn.Module):
    """Makes the gates by a chain of layers and multiplies itself."""

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, channels // 4, 1),
            nn.ReLU(),
            nn.Conv2d(channels // 4, channels, 1),
            nn.Sigmoid(),
        )

    def forward(self, x):
        y = self.conv(x)
        return F.relu(x + y * self.gate(y))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.groups = nn.ModuleList([Group(16, 2), Group(16, 3)])
        self.widen = nn.Conv2d(16, 32, 1)
        self.helped = nn.Sequential(Helped(32), Helped(32))
        self.gated = nn.Sequential(Gated(32), Gated(32))
        self.fc = nn.Linear(32, num_classes)

    def forward(self, x):
        x = self.stem(x)
        for group in self.groups:
            x = group(x)
        x = self.gated(self.helped(self.widen(x)))
        return self.fc(x.mean((2, 3)))
