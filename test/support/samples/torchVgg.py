from torch import nn

CFG = {"A": [64, "M", 128, "M", 256, 256, "M"]}


def make_layers(cfg, batch_norm=True):
    layers = []
    in_channels = 3
    for v in cfg:
        if v == "M":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
            layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
            in_channels = v
    return nn.Sequential(*layers)


def head(width):
    layers = []
    layers.append(nn.Conv2d(width, 48, 1))
    layers.append(nn.BatchNorm2d(48))
    layers.append(nn.ReLU())
    return nn.Sequential(*layers)


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 3, padding=1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 16, 3), nn.ReLU(),
            nn.Flatten(),
            nn.Linear(16 * 15 * 15, 10)
        )

    def forward(self, x):
        return self.features(x)
