"""A Keras network that writes the SE block out in its residual unit."""
from keras import Input, Model
from keras.layers import Activation, Add, BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, Multiply, Reshape


def unit(x, filters, stride=1, use_se=True):
    y = Conv2D(filters, 3, strides=stride, padding="same")(x)
    y = BatchNormalization()(y)
    y = Activation("relu")(y)
    y = Conv2D(filters, 3, padding="same")(y)
    y = BatchNormalization()(y)
    if use_se:
        s = GlobalAveragePooling2D()(y)
        s = Dense(filters // 4, activation="relu")(s)
        s = Dense(filters, activation="sigmoid")(s)
        s = Reshape((1, 1, filters))(s)
        y = Multiply()([y, s])
    if stride != 1:
        x = Conv2D(filters, 1, strides=stride)(x)
    return Activation("relu")(Add()([x, y]))


def make_model():
    inputs = Input((32, 32, 3))
    x = Conv2D(16, 3, padding="same")(inputs)
    for _ in range(3):
        x = unit(x, 16)
    x = unit(x, 32, 2)
    for _ in range(2):
        x = unit(x, 32)
    x = unit(x, 64, 2, use_se=False)
    x = GlobalAveragePooling2D()(x)
    return Model(inputs, Dense(10)(x))
