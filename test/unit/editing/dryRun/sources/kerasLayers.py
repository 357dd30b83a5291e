"""Keras' layers and models as classes; lists of layers are found too."""
from keras import Model, Sequential, layers


class ResBlock(layers.Layer):
    def __init__(self, filters, stride=1, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding='same')
        self.conv2 = layers.Conv2D(filters, 3, padding='same')
        self.project = layers.Conv2D(filters, 1, strides=stride) if stride > 1 else None

    def call(self, x, training=None):
        y = self.conv2(self.conv1(x))
        return y + (x if self.project is None else self.project(x))


class ResNet(Model):
    def __init__(self, depths=(2, 2, 2), base=16, classes=10):
        super().__init__()
        self.stem = layers.Conv2D(base, 3, padding='same')
        self.stages = []
        for i, depth in enumerate(depths):
            blocks = [ResBlock(base * 2 ** i, 2 if i > 0 and j == 0 else 1) for j in range(depth)]
            self.stages.append(Sequential(blocks))
        self.extra = {'last': ResBlock(base * 8)}
        self.head = layers.Dense(classes)

    def call(self, x):
        return self.head(x)


def functional():
    """Layers of this file, called one after the other."""
    inputs = layers.Input((32, 32, 3))
    x = inputs
    for width in (32, 64):
        for _ in range(2):
            x = ResBlock(width)(x)
    return Model(inputs, layers.Dense(10)(x))
