"""A stand-in for the part of Keras 3 that generated models use, from its documentation: names and order of arguments, defaults, layouts.

`Input` is the images themselves and every layer computes at once, so building the model gives its output. Written by us: it shows that the
generated text hangs together and says what we mean, not that Keras means the same.
"""
import types

from arrays import ACTIVATIONS, convolve, max_pool, normalise


def keras_modules(weights, images, notes):
    class Layer:
        def __init__(self, name=None, **kwargs):
            assert not kwargs, f'unknown arguments {list(kwargs)}'
            self.name, self.built, self.owner = name, False, None

        def __setattr__(self, attribute, value):
            if isinstance(value, Layer):
                value.owner = (self, attribute)
            super().__setattr__(attribute, value)

        def build(self, input_shape):
            self.built = True

        def __call__(self, inputs):
            shape = inputs.shape if hasattr(inputs, 'shape') else None
            if not self.built:
                self.build((None, *shape[1:]) if shape else None)
            assert self.built, f'{self.name}.build does not end with super().build'
            return self.call(inputs)

        def get_config(self):
            return {'name': self.name}

        def take(self, role, shape, initial):
            return weights.take(self.name, role, shape, initial)

    class Conv2D(Layer):
        def __init__(self, filters, kernel_size, strides=(1, 1), padding='valid', *, use_bias=True,
                     kernel_initializer='glorot_uniform', **kwargs):
            super().__init__(**kwargs)
            assert padding == 'same' and not use_bias
            self.filters, self.size, self.strides, self.initial = filters, kernel_size, strides, kernel_initializer

        def build(self, input_shape):
            self.kernel = self.take('weight', (self.size, self.size, input_shape[-1], self.filters), self.initial)
            super().build(input_shape)

        def call(self, x):
            return convolve(x, self.kernel, self.strides)

    class BatchNormalization(Layer):
        def __init__(self, axis=-1, momentum=0.99, epsilon=0.001, **kwargs):
            super().__init__(**kwargs)
            notes['batchNorm'].append([momentum, epsilon])
            self.epsilon = epsilon

        def build(self, input_shape):
            channels = (input_shape[-1],)
            self.gamma, self.beta = self.take('gamma', channels, 'ones'), self.take('beta', channels, 'zeros')
            self.mean = self.take('movingMean', channels, 'zeros')
            self.variance = self.take('movingVariance', channels, 'ones')
            super().build(input_shape)

        def call(self, x):
            return normalise(x, self.mean, self.variance, self.gamma, self.beta, self.epsilon)

    class Dense(Layer):
        def __init__(self, units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', **kwargs):
            super().__init__(**kwargs)
            self.units, self.use_bias, self.initial = units, use_bias, kernel_initializer
            self.activation = ACTIVATIONS[activation] if activation else lambda x: x

        def build(self, input_shape):
            node, kernel, bias = self.name, 'weight', 'bias'
            if self.owner:
                node, number = self.owner[0].name, {'fc1': 1, 'fc2': 2}[self.owner[1]]
                kernel, bias = f'w{number}', f'b{number}'
            self.kernel = weights.take(node, kernel, (input_shape[-1], self.units), self.initial)
            self.bias = weights.take(node, bias, (self.units,), 'zeros') if self.use_bias else 0
            super().build(input_shape)

        def call(self, x):
            return self.activation(x @ self.kernel + self.bias)

    class ReLU(Layer):
        def call(self, x):
            return ACTIVATIONS['relu'](x)

    class Add(Layer):
        def call(self, inputs):
            first, second = inputs
            assert first.shape == second.shape
            return first + second

    class MaxPooling2D(Layer):
        def __init__(self, pool_size=(2, 2), strides=None, padding='valid', **kwargs):
            super().__init__(**kwargs)
            assert padding == 'same'
            self.size, self.strides = pool_size, strides

        def call(self, x):
            return max_pool(x, self.size, self.strides)

    class GlobalPooling(Layer):
        def __init__(self, keepdims=False, **kwargs):
            super().__init__(**kwargs)
            self.keepdims = keepdims

    class GlobalAveragePooling2D(GlobalPooling):
        def call(self, x):
            return x.mean(axis=(1, 2), keepdims=self.keepdims)

    class GlobalMaxPooling2D(GlobalPooling):
        def call(self, x):
            return x.max(axis=(1, 2), keepdims=self.keepdims)

    def Input(shape):
        assert tuple(shape) == images.shape[1:]
        return images

    def variance_scaling(scale=1.0, mode='fan_in', distribution='truncated_normal'):
        return [scale, mode, distribution]

    layers = types.ModuleType('keras.layers')
    for kind in (Layer, Conv2D, BatchNormalization, Dense, ReLU, Add, MaxPooling2D, GlobalAveragePooling2D,
                 GlobalMaxPooling2D):
        setattr(layers, kind.__name__, kind)
    keras = types.ModuleType('keras')
    keras.layers, keras.Input = layers, Input
    keras.initializers = types.SimpleNamespace(VarianceScaling=variance_scaling)
    keras.saving = types.SimpleNamespace(register_keras_serializable=lambda package: lambda layer: layer)
    keras.Model = lambda inputs, outputs, name: outputs
    return {'keras': keras, 'keras.layers': layers}
