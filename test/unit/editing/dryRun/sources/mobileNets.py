"""Inverted residuals from tables of settings."""
import math
from functools import partial
from collections import namedtuple

from torch import nn


def _make_divisible(v, divisor, min_value=None):
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    # Make sure that round down does not go down by more than 10%.
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


class ConvBNReLU(nn.Sequential):
    def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1):
        padding = (kernel_size - 1) // 2
        super(ConvBNReLU, self).__init__(
            nn.Conv2d(in_planes, out_planes, kernel_size, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(out_planes),
            nn.ReLU6(inplace=True)
        )


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio):
        super(InvertedResidual, self).__init__()
        self.stride = stride
        assert stride in [1, 2]

        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = self.stride == 1 and inp == oup

        layers = []
        if expand_ratio != 1:
            # pw
            layers.append(ConvBNReLU(inp, hidden_dim, kernel_size=1))
        layers.extend([
            # dw
            ConvBNReLU(hidden_dim, hidden_dim, stride=stride, groups=hidden_dim),
            # pw-linear
            nn.Conv2d(hidden_dim, oup, 1, 1, 0, bias=False),
            nn.BatchNorm2d(oup),
        ])
        self.conv = nn.Sequential(*layers)


class MobileNetV2(nn.Module):
    def __init__(self, num_classes=1000, width_mult=1.0, inverted_residual_setting=None, round_nearest=8, block=None):
        super(MobileNetV2, self).__init__()
        if block is None:
            block = InvertedResidual
        input_channel = 32
        last_channel = 1280
        if inverted_residual_setting is None:
            inverted_residual_setting = [
                # t, c, n, s
                [1, 16, 1, 1],
                [6, 24, 2, 2],
                [6, 32, 3, 2],
                [6, 64, 4, 2],
                [6, 96, 3, 1],
                [6, 160, 3, 2],
                [6, 320, 1, 1],
            ]
        if len(inverted_residual_setting) == 0 or len(inverted_residual_setting[0]) != 4:
            raise ValueError("inverted_residual_setting should be non-empty or a 4-element list, "
                             "got {}".format(inverted_residual_setting))
        input_channel = _make_divisible(input_channel * width_mult, round_nearest)
        self.last_channel = _make_divisible(last_channel * max(1.0, width_mult), round_nearest)
        features = [ConvBNReLU(3, input_channel, stride=2)]
        for t, c, n, s in inverted_residual_setting:
            output_channel = _make_divisible(c * width_mult, round_nearest)
            for i in range(n):
                stride = s if i == 0 else 1
                features.append(block(input_channel, output_channel, stride, expand_ratio=t))
                input_channel = output_channel
        features.append(ConvBNReLU(input_channel, self.last_channel, kernel_size=1))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(self.last_channel, num_classes))


def mobilenet_v2(pretrained=False, progress=True, **kwargs):
    return MobileNetV2(**kwargs)


def mobilenet_v2_075(**kwargs):
    return mobilenet_v2(width_mult=0.75, **kwargs)


Setting = namedtuple('Setting', 'kernel expanded out use_se activation stride')


class SELayer(nn.Module):
    def __init__(self, channel, reduction=4):
        super().__init__()
        squeezed = _make_divisible(channel // reduction, 8)
        self.fc = nn.Sequential(nn.Linear(channel, squeezed), nn.ReLU(), nn.Linear(squeezed, channel), nn.Hardsigmoid())


class BneckV3(nn.Module):
    def __init__(self, inp, cfg, width):
        super().__init__()
        adjust = partial(_make_divisible, divisor=8)
        hidden, oup = adjust(cfg.expanded * width), adjust(cfg.out * width)
        act = nn.Hardswish if cfg.activation == "HS" else nn.ReLU
        self.block = nn.Sequential(
            nn.Conv2d(inp, hidden, 1), act(),
            nn.Conv2d(hidden, hidden, cfg.kernel, cfg.stride, cfg.kernel // 2, groups=hidden),
            SELayer(hidden) if cfg.use_se else nn.Identity(),
            act(), nn.Conv2d(hidden, oup, 1),
        )
        self.out_channels = oup


class MobileNetV3(nn.Module):
    SETTINGS = {
        'small': [
            Setting(3, 16, 16, True, "RE", 2), Setting(3, 72, 24, False, "RE", 2), Setting(3, 88, 24, False, "RE", 1),
            Setting(5, 96, 40, True, "HS", 2), Setting(5, 240, 40, True, "HS", 1), Setting(5, 120, 48, True, "HS", 1),
        ],
        'large': [Setting(3, 16, 16, False, "RE", 1), Setting(3, 64, 24, False, "RE", 2),
                  *[Setting(5, e, 40, True, "RE", s) for e, s in ((72, 2), (120, 1), (120, 1))]],
    }

    def __init__(self, mode='small', width=1.0):
        super().__init__()
        inp = _make_divisible(16 * width, 8)
        stages = []
        for cfg in self.SETTINGS[mode]:
            stages.append(BneckV3(inp, cfg, width))
            inp = stages[-1].out_channels
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(inp, 10)


def mobilenet_v3_large():
    return MobileNetV3('large', width=math.sqrt(0.5625))


def mobilenet_v3_small():
    return MobileNetV3()
