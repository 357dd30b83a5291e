"""SE-ResNet-50, pre: a residual network with squeeze-and-excitation (SE) blocks, in Keras 3.

Written by SE Playground from a model definition. Papers: He et al., "Deep Residual Learning for
Image Recognition" (arXiv 1512.03385), table 1, depth 50; Hu et al., "Squeeze-and-Excitation
Networks" (arXiv 1709.01507 v4).

Where it departs from them:
- The stride of a bottleneck is in its 3x3 convolution; He et al. have it in the first 1x1.
- Padding is by TensorFlow's rule "same": with stride 2, an even size gets its odd zero after the
  last row and column.
- The SE layers have no biases, as in the paper's ablations.
- The squeeze takes the maximum, not the mean (Table 11).
- The gate is the hard sigmoid, relu6(x + 3) / 6, of MobileNetV3 (arXiv 1905.02244).
- The SE blocks sit before the convolutions of their units (Table 14).

Images of 224 x 224 x 3 to 1000 logits: 27,548,200 parameters, 1,991,168 of them in SE blocks (r =
16); 4,102,427,968 multiply-adds an image.
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
        self.squeeze = layers.GlobalMaxPooling2D(keepdims=True)
        self.fc1 = layers.Dense(
            self.hidden, activation="relu", use_bias=False, kernel_initializer=he_normal("fan_in")
        )
        self.fc2 = layers.Dense(
            channels, activation="hard_sigmoid", use_bias=False, kernel_initializer="glorot_uniform"
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
    """A 1x1, a 3x3 and a 1x1 convolution and a shortcut around them."""
    channels = width * 4
    out = x
    if hidden:
        out = SqueezeExcite(hidden, name=f"{name}_se")(out)
    out = conv_bn(out, width, 1, 1, f"{name}_conv1", f"{name}_bn1")
    out = layers.ReLU(name=f"{name}_relu1")(out)
    out = conv_bn(out, width, 3, strides, f"{name}_conv2", f"{name}_bn2")
    out = layers.ReLU(name=f"{name}_relu2")(out)
    out = conv_bn(out, channels, 1, 1, f"{name}_conv3", f"{name}_bn3")
    shortcut = x
    if strides != 1 or x.shape[-1] != channels:
        shortcut = conv_bn(
            x, channels, 1, strides, f"{name}_downsample_conv", f"{name}_downsample_bn"
        )
    out = layers.Add(name=f"{name}_add")([out, shortcut])
    return layers.ReLU(name=f"{name}_relu")(out)


def stage(x, name, width, blocks, strides=1, first_hidden=None, hidden=None):
    """Residual blocks; the first one changes the size and the channels."""
    x = residual_block(x, width, strides, first_hidden, f"{name}_0")
    for index in range(1, blocks):
        x = residual_block(x, width, 1, hidden, f"{name}_{index}")
    return x


def build_model():
    """Images [N, 224, 224, 3] to logits [N, 1000]: train with from_logits=True."""
    inputs = keras.Input(shape=(224, 224, 3))
    x = conv_bn(inputs, 64, 7, 2, "conv1", "bn1")
    x = layers.ReLU(name="relu1")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="maxpool")(x)
    x = stage(x, "layer1", width=64, blocks=3, first_hidden=4, hidden=16)
    x = stage(x, "layer2", width=128, blocks=4, strides=2, first_hidden=16, hidden=32)
    x = stage(x, "layer3", width=256, blocks=6, strides=2, first_hidden=32, hidden=64)
    x = stage(x, "layer4", width=512, blocks=3, strides=2, first_hidden=64, hidden=128)
    x = layers.GlobalAveragePooling2D(name="avgpool")(x)
    outputs = layers.Dense(1000, kernel_initializer="glorot_uniform", name="fc")(x)
    return keras.Model(inputs, outputs, name="se_resnet_50_pre")


if __name__ == "__main__":
    build_model().summary()
