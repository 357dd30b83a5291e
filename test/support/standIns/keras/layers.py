"""Stand-in for keras.layers. `made` lists every layer, so that a test can count the weights of a whole program."""
import functools

import nhwc
import numpy as np

made = []
# Keras 3's hard_sigmoid is relu6(x + 3) / 6, Keras 2's another function: generated code must not name it.
ACTIVATIONS = {
    None: lambda x: x,
    'linear': lambda x: x,
    'relu': lambda x: np.maximum(x, 0),
    'sigmoid': lambda x: 1 / (1 + np.exp(-x)),
    'tanh': np.tanh,
    'softmax': lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
}


class Layer:
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if 'build' in cls.__dict__:
            build = cls.build

            @functools.wraps(build)
            def built_once(self, input_shape):
                build(self, input_shape)
                self.built = True

            cls.build = built_once

    def __init__(self, name=None, trainable=True, dtype='float32'):
        self.name, self.trainable, self.dtype = name or type(self).__name__.lower(), trainable, dtype
        self.built, self.weights = False, []
        made.append(self)

    def build(self, input_shape):
        self.built = True

    def add_weight(self, shape, initial):
        self.weights.append(initial(shape).astype(np.float32))
        return len(self.weights) - 1

    def __call__(self, inputs, **kwargs):
        if not self.built:
            first = inputs[0] if isinstance(inputs, (list, tuple)) else inputs
            self.build((None, *first.shape[1:]))
        return self.call(inputs, **kwargs)

    def call(self, inputs):
        return inputs

    def get_config(self):
        return {'name': self.name, 'trainable': self.trainable, 'dtype': self.dtype}


class Kernelled(Layer):
    """A kernel, and a bias where asked for."""

    def __init__(self, features, activation, use_bias, **kwargs):
        super().__init__(**kwargs)
        self.features, self.activation, self.use_bias = features, ACTIVATIONS[activation], use_bias

    def build_kernel(self, window, channels):
        self.add_weight(window + (channels, self.features), lambda shape: nhwc.normal(len(made), shape))
        if self.use_bias:
            self.add_weight((self.features,), np.zeros)

    def finish(self, y):
        return self.activation(y + self.weights[1] if self.use_bias else y)


class Dense(Kernelled):
    def __init__(self, units, activation=None, use_bias=True, **kwargs):
        super().__init__(units, activation, use_bias, **kwargs)

    def build(self, input_shape):
        self.build_kernel((), input_shape[-1])

    def call(self, inputs):
        return self.finish(inputs @ self.weights[0])


class Conv2D(Kernelled):
    def __init__(self, filters, kernel_size, strides=1, padding='valid', activation=None, use_bias=True, **kwargs):
        super().__init__(filters, activation, use_bias, **kwargs)
        self.window, self.strides, self.padding = nhwc.pair(kernel_size), strides, padding

    def build(self, input_shape):
        self.build_kernel(self.window, input_shape[-1])

    def call(self, inputs):
        assert self.padding == 'same' or self.window == (1, 1), 'only what keeps the size here'
        return self.finish(nhwc.convolve(inputs, self.weights[0], self.strides))


class BatchNormalization(Layer):
    def build(self, input_shape):
        for initial in (np.ones, np.zeros, np.zeros, np.ones):  # gamma, beta, moving mean and variance
            self.add_weight((input_shape[-1],), initial)

    def call(self, inputs, training=None):
        gamma, beta, mean, variance = self.weights
        return (inputs - mean) / np.sqrt(variance + 1e-3) * gamma + beta


class GlobalPooling(Layer):
    def __init__(self, keepdims=False, **kwargs):
        super().__init__(**kwargs)
        self.keepdims = keepdims


class GlobalAveragePooling2D(GlobalPooling):
    def call(self, inputs):
        return inputs.mean((1, 2), keepdims=self.keepdims)


class GlobalMaxPooling2D(GlobalPooling):
    def call(self, inputs):
        return inputs.max((1, 2), keepdims=self.keepdims)


class ReLU(Layer):
    def __init__(self, max_value=None, **kwargs):
        super().__init__(**kwargs)
        self.max_value = max_value

    def call(self, inputs):
        return np.clip(inputs, 0, self.max_value)


class Activation(Layer):
    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = ACTIVATIONS[activation]

    def call(self, inputs):
        return self.activation(inputs)


class Reshape(Layer):
    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        self.target_shape = target_shape

    def call(self, inputs):
        return inputs.reshape(-1, *self.target_shape)


class Add(Layer):
    def call(self, inputs):
        return functools.reduce(np.add, inputs)


class Multiply(Layer):
    def call(self, inputs):
        return functools.reduce(np.multiply, inputs)


def add(inputs):
    return Add()(inputs)


def multiply(inputs):
    return Multiply()(inputs)
