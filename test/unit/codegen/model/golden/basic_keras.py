"""SE-ResNet-8, quick: a residual network with squeeze-and-excitation (SE) blocks, in Keras 3.

Written by SE Playground from a model definition. Papers: He et al., "Deep Residual Learning for
Image Recognition" (arXiv 1512.03385), section 4.2, depth 8; Hu et al., "Squeeze-and-Excitation
Networks" (arXiv 1709.01507 v4).

Where it departs from them:
- Where a unit changes the shape, the shortcut is a projection (1x1 convolution, batch norm); He et
  al. pad with zeros on CIFAR-10.
- Padding is by TensorFlow's rule "same": with stride 2, an even size gets its odd zero after the
  last row and column.

Images of 32 x 32 x 3 to 10 logits: 80,870 parameters, 2,828 of them in SE blocks (r = 4);
12,561,776 multiply-adds an image.
"""
import keras
from keras import initializers, layers


def he_normal(mode):
    """He et al. (arXiv 1502.01852). A new one for every layer: an initializer of Keras repeats its values."""
    return initializers.VarianceScaling(scale=2.0, mode=mode, distribution="untruncated_normal")


@keras.saving.register_keras_serializable(package="se_playground")
class SqueezeExcite(layers.Layer):
    """Squeeze-and-excitation (Hu et al., section 3): scales each channel by a gate that all decide."""

    def __init__(self, hidden, **kwargs):
        super().__init__(**kwargs)
        self.hidden = hidden

    def build(self, input_shape):
        channels = input_shape[-1]
        self.squeeze = layers.GlobalAveragePooling2D(keepdims=True)
        self.fc1 = layers.Dense(
            self.hidden, activation="relu", use_bias=True, kernel_initializer=he_normal("fan_in")
        )
        self.fc2 = layers.Dense(
            channels, activation="sigmoid", use_bias=True, kernel_initializer="glorot_uniform"
        )
        self.fc1.build((None, 1, 1, channels))
        self.fc2.build((None, 1, 1, self.hidden))
        super().build(input_shape)

    def call(self, inputs):
        z = self.squeeze(inputs)  # squeeze: [N, H, W, C] -> [N, 1, 1, C]
        s = self.fc2(self.fc1(z))  # excitation: C -> hidden -> C
        return inputs * s

    def get_config(self):
        return {**super().get_config(), "hidden": self.hidden}


def conv_bn(x, filters, kernel_size, strides, conv_name, bn_name):
    """Convolution without bias, then batch norm."""
    x = layers.Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer=he_normal("fan_out"),
        name=conv_name,
    )(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=bn_name)(x)


def residual_block(x, width, strides, hidden, name):
    """Two 3x3 convolutions and a shortcut around them."""
    channels = width
    out = conv_bn(x, width, 3, strides, f"{name}_conv1", f"{name}_bn1")
    out = layers.ReLU(name=f"{name}_relu1")(out)
    out = conv_bn(out, channels, 3, 1, f"{name}_conv2", f"{name}_bn2")
    if hidden:
        out = SqueezeExcite(hidden, name=f"{name}_se")(out)
    shortcut = x
    if strides != 1 or x.shape[-1] != channels:
        shortcut = conv_bn(
            x, channels, 1, strides, f"{name}_downsample_conv", f"{name}_downsample_bn"
        )
    out = layers.Add(name=f"{name}_add")([out, shortcut])
    return layers.ReLU(name=f"{name}_relu")(out)


def stage(x, name, width, blocks, strides=1, hidden=None):
    """Residual blocks; the first one changes the size and the channels."""
    x = residual_block(x, width, strides, hidden, f"{name}_0")
    for index in range(1, blocks):
        x = residual_block(x, width, 1, hidden, f"{name}_{index}")
    return x


def build_model():
    """Images [N, 32, 32, 3] to logits [N, 10]: train with from_logits=True."""
    inputs = keras.Input(shape=(32, 32, 3))
    x = conv_bn(inputs, 16, 3, 1, "conv1", "bn1")
    x = layers.ReLU(name="relu1")(x)
    x = stage(x, "layer1", width=16, blocks=1, hidden=4)
    x = stage(x, "layer2", width=32, blocks=1, strides=2, hidden=8)
    x = stage(x, "layer3", width=64, blocks=1, strides=2, hidden=16)
    x = layers.GlobalAveragePooling2D(name="avgpool")(x)
    outputs = layers.Dense(10, kernel_initializer="glorot_uniform", name="fc")(x)
    return keras.Model(inputs, outputs, name="se_resnet_8_quick")


if __name__ == "__main__":
    build_model().summary()
