"""A Keras network whose SE block is a function."""
from tensorflow import keras
from tensorflow.keras import layers


def squeeze_excite_block(tensor, ratio=16):
    filters = tensor.shape[-1]
    se = layers.GlobalAveragePooling2D()(tensor)
    se = layers.Reshape((1, 1, filters))(se)
    se = layers.Dense(filters // ratio, activation="relu", use_bias=False)(se)
    se = layers.Dense(filters, activation="sigmoid", use_bias=False)(se)
    return layers.multiply([tensor, se])


def residual_block(x, filters, stride=1):
    shortcut = x
    out = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    out = layers.BatchNormalization()(out)
    out = layers.ReLU()(out)
    out = layers.Conv2D(filters, 3, padding="same", use_bias=False)(out)
    out = layers.BatchNormalization()(out)
    out = squeeze_excite_block(out, ratio=8)
    if stride != 1:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return layers.ReLU()(layers.add([out, shortcut]))


def build_resnet(depth=20, num_classes=10):
    blocks = (depth - 2) // 6
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(16, 3, padding="same")(inputs)
    for stage in range(3):
        for index in range(blocks):
            stride = 2 if stage > 0 and index == 0 else 1
            x = residual_block(x, 16 * 2**stage, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x))
