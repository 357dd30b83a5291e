"""Residual networks in Keras' functional way: functions called with numbers, in loops, stacks and straight lines."""
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.regularizers import l2

n = 3
depth = n * 6 + 2


def resnet_layer(inputs, num_filters=16, kernel_size=3, strides=1, activation='relu', batch_normalization=True):
    conv = layers.Conv2D(num_filters, kernel_size=kernel_size, strides=strides, padding='same',
                         kernel_initializer='he_normal', kernel_regularizer=l2(1e-4))
    x = conv(inputs)
    if batch_normalization:
        x = layers.BatchNormalization()(x)
    if activation is not None:
        x = layers.Activation(activation)(x)
    return x


def residual_unit(x, filters, strides=1, project=False):
    y = resnet_layer(x, filters, strides=strides)
    y = resnet_layer(y, filters, activation=None)
    if project:
        x = resnet_layer(x, filters, kernel_size=1, strides=strides, activation=None, batch_normalization=False)
    return layers.Activation('relu')(layers.add([x, y]))


def resnet_v1(input_shape, depth, num_classes=10):
    if (depth - 2) % 6 != 0:
        raise ValueError('depth should be 6n+2 (eg 20, 32, 44 in [a])')
    num_filters = 16
    num_res_blocks = int((depth - 2) / 6)
    inputs = keras.Input(shape=input_shape)
    x = resnet_layer(inputs=inputs)
    for stack in range(3):
        for res_block in range(num_res_blocks):
            first = stack > 0 and res_block == 0
            x = residual_unit(x, num_filters, 2 if first else 1, project=first)
        num_filters *= 2
    x = layers.AveragePooling2D(pool_size=8)(x)
    outputs = layers.Dense(num_classes, activation='softmax')(layers.Flatten()(x))
    return keras.Model(inputs=inputs, outputs=outputs)


def bottleneck(x, filters, kernel_size=3, stride=1, conv_shortcut=True, name=None):
    bn_axis = 3 if keras.backend.image_data_format() == 'channels_last' else 1
    if conv_shortcut:
        shortcut = layers.Conv2D(4 * filters, 1, strides=stride, name=name + '_0_conv')(x)
    else:
        shortcut = x
    x = layers.Conv2D(filters, 1, strides=stride, name=name + '_1_conv')(x)
    x = layers.BatchNormalization(axis=bn_axis)(x)
    x = layers.Conv2D(filters, kernel_size, padding='SAME', name=name + '_2_conv')(x)
    x = layers.Conv2D(4 * filters, 1, name=name + '_3_conv')(x)
    return layers.Add(name=name + '_add')([shortcut, x])


def stack(x, filters, blocks, stride1=2, name=None):
    x = bottleneck(x, filters, stride=stride1, name=name + '_block1')
    for i in range(2, blocks + 1):
        x = bottleneck(x, filters, conv_shortcut=False, name=name + '_block' + str(i))
    return x


def ResNet(stack_fn, input_shape=None, classes=1000):
    img_input = layers.Input(shape=input_shape)
    x = layers.Conv2D(64, 7, strides=2, name='conv1_conv')(img_input)
    if keras.backend.is_keras_tensor(x):
        x = layers.MaxPooling2D(3, strides=2)(x)
    x = stack_fn(x)
    x = layers.Dense(classes)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(img_input, x)


def ResNet50(input_shape=(224, 224, 3), **kwargs):
    def stack_fn(x):
        x = stack(x, 64, 3, stride1=1, name='conv2')
        x = stack(x, 128, 4, name='conv3')
        x = stack(x, 256, 6, name='conv4')
        return stack(x, 512, 3, name='conv5')
    return ResNet(stack_fn, input_shape, **kwargs)


def build_classifier(input_shape, num_classes):
    """In straight lines; what the caller gives makes no difference."""
    inputs = keras.Input(shape=input_shape)
    x = residual_unit(inputs, 32, project=True)
    x = residual_unit(x, 64, strides=2, project=True)
    for _ in range(2):
        x = residual_unit(x, 64)
    return keras.Model(inputs, layers.Dense(num_classes)(x))


def depends_on_backend(input_shape=(32, 32, 3)):
    inputs = keras.Input(shape=input_shape)
    x = residual_unit(inputs, 32, project=True)
    if tf.config.list_physical_devices('GPU'):
        x = residual_unit(x, 32)
    return keras.Model(inputs, x)


model = resnet_v1(input_shape=(32, 32, 3), depth=depth)

inputs = keras.Input((32, 32, 3))
x = residual_unit(inputs, 8, project=True)
for filters in (16, 24):
    x = residual_unit(x, filters, 2, project=True)
small = keras.Model(inputs, x)
