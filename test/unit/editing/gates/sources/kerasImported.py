"""A Keras network whose SE layer is in another file."""
import keras
from keras import layers

from my_layers import SqueezeExcitation


def conv_bn(x, filters, kernel, stride=1):
    x = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def block(x, filters, stride=1, se=False):
    y = layers.ReLU()(conv_bn(x, filters, 3, stride))
    y = conv_bn(y, filters, 3)
    if se:
        y = SqueezeExcitation(filters, ratio=4)(y)
    if stride != 1:
        x = conv_bn(x, filters, 1, stride)
    return layers.ReLU()(layers.Add()([x, y]))


inputs = keras.Input((32, 32, 3))
x = conv_bn(inputs, 16, 3)
for width, stride, se in [(16, 1, False), (16, 1, True), (32, 2, True), (32, 1, True), (64, 2, True)]:
    x = block(x, width, stride, se)
model = keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))
