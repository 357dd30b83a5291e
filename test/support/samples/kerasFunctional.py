import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


def residual_block(x, filters, stride=1):
    shortcut = x
    x = layers.Conv2D(filters, 3, strides=stride, padding='same', use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 3, padding='same', use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    if stride != 1:
        shortcut = layers.Conv2D(filters, 1, strides=stride)(shortcut)
    x = layers.add([x, shortcut])
    return layers.ReLU()(x)


inputs = keras.Input(shape=(32, 32, 3))
x = layers.Conv2D(64, 3, padding='same')(inputs)  # stem
x = layers.BatchNormalization()(x)
x = layers.ReLU()(x)
x = residual_block(x, 64)
y = layers.Conv2D(128, 3, padding='same')(x)
y = layers.Conv2D(128, 3, padding='same')(y)
z = layers.Add()([layers.Conv2D(128, 1)(x), y])
z = layers.GlobalAveragePooling2D()(z)
outputs = layers.Dense(10, activation='softmax')(z)
model = keras.Model(inputs, outputs)
