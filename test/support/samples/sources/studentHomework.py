"""
深度学习作业二：残差网络
"""
import torch
from torch import nn
from torch.nn import functional as F


# 残差块
class Residual(nn.Module):
    def __init__(self, input_channels, num_channels, use_1x1conv=False, strides=1) -> None:
        super().__init__()
        # 定义卷积层
        self.conv1 = nn.Conv2d(input_channels, num_channels, kernel_size=3, padding=1, stride=strides)
        self.conv2 = nn.Conv2d(num_channels, num_channels, kernel_size=3, padding=1)
        if use_1x1conv:
            self.conv3 = nn.Conv2d(input_channels, num_channels, kernel_size=1, stride=strides)
        else:
            self.conv3 = None
        # 批量规范化
        self.bn1 = nn.BatchNorm2d(num_channels)
        self.bn2 = nn.BatchNorm2d(num_channels)

    def forward(self, X):
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.conv3(X)
        Y += X   # 残差连接
        return F.relu(Y)


class ResidualBlock(nn.Module):
  """两个空格缩进，从另一个项目拷贝"""
  def __init__(self, in_channel, out_channel, stride = 1, shortcut = None):
    super(ResidualBlock, self).__init__()
    self.left = nn.Sequential(
      nn.Conv2d(in_channel, out_channel, 3, stride, 1, bias = False),
      nn.BatchNorm2d(out_channel),
      nn.ReLU(inplace = True),
      nn.Conv2d(out_channel, out_channel, 3, 1, 1, bias = False),
      nn.BatchNorm2d(out_channel)
    )
    self.right = shortcut

  def forward(self, x):
    out = self.left(x)
    residual = x if self.right is None else self.right(x)
    out += residual
    return F.relu(out)


class bottleNeck(nn.Module):
        # 八个空格
        def __init__(self, in_c, mid_c, out_c):
                super(bottleNeck, self).__init__()
                self.main = nn.Sequential(nn.Conv2d(in_c, mid_c, 1), nn.BatchNorm2d(mid_c), nn.ReLU(),
                                          nn.Conv2d(mid_c, mid_c, 3, padding=1), nn.BatchNorm2d(mid_c), nn.ReLU(),
                                          nn.Conv2d(mid_c, out_c, 1), nn.BatchNorm2d(out_c))
                self.adjust = nn.Conv2d(in_c, out_c, kernel_size=1) if in_c != out_c else nn.Identity()

        def forward(self, x):
                out1 = self.main(x)  # 主分支
                #print('out1 is ->', out1.shape)
                out2 = self.adjust(x)
                out = out1 + out2  # 相加得到最终输出
                #print('out is ->>>', out.shape)
                return out


class inception_like(nn.Module):
    # 三条并行支路，在通道维上拼接
    def __init__(self, in_c, c1, c2, c3):
        super().__init__()
        self.p1 = nn.Conv2d(in_c, c1, 1)
        self.p2 = nn.Sequential(nn.Conv2d(in_c, c2, 1), nn.ReLU(), nn.Conv2d(c2, c2, 3, padding=1))
        self.p3 = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(in_c, c3, 1))

    def forward(self, x):
        return torch.cat((self.p1(x), self.p2(x), self.p3(x)), dim=1)


class Model(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.b1 = nn.Sequential(nn.Conv2d(3, 16, kernel_size=3, padding=1), nn.BatchNorm2d(16), nn.ReLU())
        self.b2 = nn.Sequential(Residual(16, 16), Residual(16, 32, use_1x1conv=True, strides=2))
        self.b3 = ResidualBlock(32, 32)
        self.b4 = bottleNeck(32, 16, 64)
        self.b5 = inception_like(64, 16, 16, 16)
        self.fc = nn.Linear(48, num_classes)

    def forward(self, x):
        x = self.b1(x)
        x = self.b2(x)
        x = self.b3(x)
        x = self.b4(x)
        x = self.b5(x)
        x = F.adaptive_avg_pool2d(x, (1, 1))
        x = torch.flatten(x, 1)
        return self.fc(x)


if __name__ == '__main__':
    net = Model()
    X = torch.rand(4, 3, 32, 32)
    print(net(X).shape)
