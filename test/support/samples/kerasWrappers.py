"""Keras models out of small functions: conv_bn, a squeeze and gate without a name, keras.ops."""
import keras
from keras import layers, ops


def conv_bn(x, filters, kernel_size=3, strides=1, activation="relu"):
    x = layers.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    if activation is not None:
        x = layers.Activation(activation)(x)
    return x


def bn_relu(inputs):
    return layers.ReLU()(layers.BatchNormalization()(inputs))


def widen(x, filters):
    return conv_bn(x, 4 * filters, 1)


def attention(x, ratio=16):
    filters = x.shape[-1]
    z = layers.GlobalAveragePooling2D()(x)
    z = layers.Reshape((1, 1, filters))(z)
    z = layers.Dense(filters // ratio, activation="relu")(z)
    z = layers.Dense(filters, activation="sigmoid")(z)
    return layers.multiply([x, z])


def unit(x, filters):
    shortcut = conv_bn(x, filters, 1, activation=None)
    y = conv_bn(x, filters)
    y = conv_bn(y, filters, activation=None)
    y = layers.Add()([shortcut, y])
    return layers.ReLU()(y)


def ops_unit(x, filters):
    y = bn_relu(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    y = ops.relu(y)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    return ops.add(x, y)


def attended_unit(x, filters):
    y = conv_bn(x, filters)
    y = conv_bn(y, filters)
    y = attention(y)
    return layers.add([x, y])


def written_out(x, filters):
    y = layers.Conv2D(filters, 3, padding="same")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    g = layers.GlobalAveragePooling2D(keepdims=True)(y)
    g = layers.Conv2D(filters // 8, 1, activation="relu")(g)
    g = layers.Conv2D(filters, 1, activation="sigmoid")(g)
    y = layers.Multiply()([y, g])
    return layers.add([x, y])


inputs = keras.Input((32, 32, 3))
x = conv_bn(inputs, 64)
x = unit(x, 64)
x = bn_relu(x)
x = widen(x, 64)
x = attention(x)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(10)(x))
