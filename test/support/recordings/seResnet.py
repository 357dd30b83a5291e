"""An SE-ResNet as people write them: one line makes the blocks of a class, a loop repeats it."""
import torch
from torch import nn


class SELayer(nn.Module):
    def __init__(self, channel, reduction=4):
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channel, channel // reduction, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(channel // reduction, channel, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.avg_pool(x).view(b, c)
        y = self.fc(y).view(b, c, 1, 1)
        return x * y.expand_as(x)


class Stem(nn.Module):
    """A first convolution whose channels are weighed before the stages begin."""

    def __init__(self, planes):
        super().__init__()
        self.conv = nn.Conv2d(3, planes, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(planes)
        self.attention = SELayer(planes, reduction=2)

    def forward(self, x):
        return self.attention(torch.relu(self.bn(self.conv(x))))


class SEBasicBlock(nn.Module):
    def __init__(self, inplanes, planes, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.se = SELayer(planes, reduction=4)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Sequential()
        if stride != 1 or inplanes != planes:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inplanes, planes, 1, stride=stride, bias=False),
                nn.BatchNorm2d(planes),
            )

    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.se(self.bn2(self.conv2(out)))
        return self.relu(out + self.shortcut(x))


class SEResNet(nn.Module):
    def __init__(self, blocks, width=16, num_classes=10):
        super().__init__()
        self.inplanes = width
        self.stem = Stem(width)
        self.layer1 = self._make_layer(width, blocks[0])
        self.layer2 = self._make_layer(2 * width, blocks[1], stride=2)
        self.layer3 = self._make_layer(4 * width, blocks[2], stride=2)
        self.fc = nn.Linear(4 * width, num_classes)

    def _make_layer(self, planes, blocks, stride=1):
        layers = [SEBasicBlock(self.inplanes, planes, stride)]
        self.inplanes = planes
        for _ in range(1, blocks):
            layers.append(SEBasicBlock(planes, planes))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.stem(x))))
        return self.fc(x.mean(dim=(2, 3)))


def se_resnet14(num_classes=10):
    return SEResNet([2, 2, 2], num_classes=num_classes)


def se_resnet20(num_classes=10):
    return SEResNet([3, 3, 3], num_classes=num_classes)
