'''Small residual networks for CIFAR-10, as tutorials write them.'''
import torch
import torch.nn as nn
import torch.nn.functional as F


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, in_planes, planes, stride=1):
        super(BasicBlock, self).__init__()
        self.conv1 = nn.Conv2d(in_planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_planes != self.expansion*planes:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_planes, self.expansion*planes, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(self.expansion*planes)
            )

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += self.shortcut(x)
        return F.relu(out)


class LambdaLayer(nn.Module):
    def __init__(self, lambd):
        super().__init__()
        self.lambd = lambd

    def forward(self, x):
        return self.lambd(x)


class PaddedBlock(BasicBlock):
    """Shortcut without parameters: zeros for the channels that are missing."""

    def __init__(self, in_planes, planes, stride=1):
        nn.Module.__init__(self)
        self.conv1 = nn.Conv2d(in_planes, planes, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_planes != planes:
            self.shortcut = LambdaLayer(lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, planes//4, planes//4)))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, in_planes, planes, stride=1):
        super(Bottleneck, self).__init__()
        out_planes = self.expansion * planes
        self.conv1 = nn.Conv2d(in_planes, planes, kernel_size=1, bias=False)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=False)
        self.conv3 = nn.Conv2d(planes, out_planes, kernel_size=1, bias=False)


class ResNet(nn.Module):
    def __init__(self, block, num_blocks, num_classes=10, widths=(64, 128, 256, 512)):
        super(ResNet, self).__init__()
        self.in_planes = widths[0]
        self.conv1 = nn.Conv2d(3, widths[0], kernel_size=3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        for i, (planes, blocks) in enumerate(zip(widths, num_blocks), start=1):
            setattr(self, 'layer%d' % i, self._make_layer(block, planes, blocks, stride=1 if i == 1 else 2))
        self.linear = nn.Linear(widths[-1]*block.expansion, num_classes)

    def _make_layer(self, block, planes, num_blocks, stride):
        strides = [stride] + [1]*(num_blocks-1)
        layers = []
        for stride in strides:
            layers.append(block(self.in_planes, planes, stride))
            self.in_planes = planes * block.expansion
        return nn.Sequential(*layers)


def ResNet18():
    return ResNet(BasicBlock, [2,2,2,2])


def ResNet50():
    return ResNet(Bottleneck, [3,4,6,3])


def resnet_cifar(depth=20):
    assert (depth - 2) % 6 == 0, 'depth is 6n + 2'
    n = (depth - 2) // 6
    return ResNet(PaddedBlock, [n] * 3, widths=[16, 32, 64])


def resnet110():
    return resnet_cifar(110)


def test():
    net = ResNet18()
    y = net(torch.randn(1,3,32,32))
    print(y.size())
