"""A Keras network of layers and a model of its own classes."""
import tensorflow as tf
from tensorflow.keras import layers


class SEBlock(layers.Layer):
    def __init__(self, reduction=8, **kwargs):
        super().__init__(**kwargs)
        self.reduction = reduction
        self.pool = layers.GlobalAveragePooling2D()

    def build(self, input_shape):
        channels = input_shape[-1]
        self.fc1 = layers.Dense(channels // self.reduction, activation="relu")
        self.fc2 = layers.Dense(channels, activation="sigmoid")

    def call(self, x):
        s = self.fc2(self.fc1(self.pool(x)))
        return x * s[:, tf.newaxis, tf.newaxis, :]


class ResidualUnit(layers.Layer):
    def __init__(self, filters, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)
        self.bn1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.bn2 = layers.BatchNormalization()
        self.se = SEBlock(8)
        self.shortcut = layers.Conv2D(filters, 1, strides=strides) if strides != 1 else None

    def call(self, x):
        y = tf.nn.relu(self.bn1(self.conv1(x)))
        y = self.se(self.bn2(self.conv2(y)))
        return tf.nn.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class ResNet(tf.keras.Model):
    def __init__(self, classes=10):
        super().__init__()
        self.stem = layers.Conv2D(16, 3, padding="same")
        self.units = []
        for stage, filters in enumerate([16, 32, 64]):
            for index in range(3):
                self.units.append(ResidualUnit(filters, 2 if stage > 0 and index == 0 else 1))
        self.head = layers.Dense(classes)

    def call(self, x):
        x = self.stem(x)
        for unit in self.units:
            x = unit(x)
        return self.head(tf.reduce_mean(x, [1, 2]))
